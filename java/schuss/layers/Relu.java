package schuss.layers;

import schuss.ops.Value;

/**
 * The rectified linear unit, the most common activation: {@code y = max(x, 0)}. The gradient at 0 is 0. Input and output
 * have the same shape.
 */
public record Relu() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.relu();
    }
}
