package schuss.trace;

import java.util.List;
import schuss.Spec;

/**
 * What a program is given of a batch.
 *
 * @param inputs of the whole batch, by the names of the network's inputs
 * @param targets of the whole batch, by the names that objectives and metrics use
 * @param weighted whether each example brings a weight
 */
public record BatchSpec(List<Spec> inputs, List<Spec> targets, boolean weighted) {
    public BatchSpec {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
    }

    /** How many examples a batch has. */
    public int size() {
        return inputs.get(0).shape().dim(0);
    }

    /** The same of batches of another size. */
    public BatchSpec withSize(int size) {
        return new BatchSpec(resized(inputs, size), resized(targets, size), weighted);
    }

    private static List<Spec> resized(List<Spec> specs, int size) {
        return specs.stream()
                .map(spec -> new Spec(spec.name(), spec.dtype(), spec.shape().with(0, size)))
                .toList();
    }
}
