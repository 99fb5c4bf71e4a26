package schuss.layers;

import schuss.ops.Value;

/**
 * The logarithm of {@link Softmax} over the last axis: {@code y = x - log(sum(exp(x)))}. It gives log probabilities,
 * without overflow for large inputs. Input and output have the same shape.
 */
public record LogSoftmax() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.logSoftmax();
    }
}
