package schuss.trace;

import java.util.List;
import schuss.Spec;

/**
 * The names, element types and shapes of a batch of examples. All shapes start with the batch size.
 *
 * @param inputs by the names of the network's inputs
 * @param targets by the names that losses and metrics refer to
 * @param weighted whether each example has a weight
 */
public record BatchSpec(List<Spec> inputs, List<Spec> targets, boolean weighted) {
    /**
     * Creates the record; the lists are copied.
     *
     * @param inputs by the names of the network's inputs
     * @param targets by the names that losses and metrics refer to
     * @param weighted whether each example has a weight
     */
    public BatchSpec {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
    }

    /** {@return the number of examples in the batch} */
    public int size() {
        return inputs.get(0).shape().dim(0);
    }

    /**
     * {@return the same for another number of examples}
     *
     * @param size the number of examples
     */
    public BatchSpec withSize(int size) {
        return new BatchSpec(resized(inputs, size), resized(targets, size), weighted);
    }

    private static List<Spec> resized(List<Spec> specs, int size) {
        return specs.stream()
                .map(spec -> new Spec(spec.name(), spec.dtype(), spec.shape().with(0, size)))
                .toList();
    }
}
