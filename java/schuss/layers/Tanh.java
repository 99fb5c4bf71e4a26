package schuss.layers;

import schuss.ops.Value;

/**
 * The hyperbolic tangent, an activation with outputs between -1 and 1: {@code y = tanh(x)}. Input and output have the
 * same shape.
 */
public record Tanh() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.tanh();
    }
}
