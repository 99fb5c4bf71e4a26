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
}
