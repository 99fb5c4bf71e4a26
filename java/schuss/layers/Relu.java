package schuss.layers;

import schuss.ops.Value;

/** Rectified linear units: y = max(x, 0); the slope at 0 is 0. */
public record Relu() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.relu();
    }
}
