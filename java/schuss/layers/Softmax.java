package schuss.layers;

import schuss.ops.Value;

/**
 * Turns scores into probabilities that sum to 1 over the last axis: {@code y = exp(x) / sum(exp(x))}. Losses on logits,
 * such as {@link schuss.losses.SoftmaxCrossEntropy}, include it: train without this layer. Input and output have the same
 * shape.
 */
public record Softmax() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.softmax();
    }
}
