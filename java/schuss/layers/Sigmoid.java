package schuss.layers;

import schuss.ops.Value;

/**
 * The logistic function {@code y = 1 / (1 + exp(-x))}, which maps every number to the range 0 to 1. Losses on logits,
 * such as {@link schuss.losses.BinaryCrossEntropy}, include it: train without this layer. Input and output have the same
 * shape.
 */
public record Sigmoid() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.sigmoid();
    }
}
