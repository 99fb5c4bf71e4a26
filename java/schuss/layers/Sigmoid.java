package schuss.layers;

import schuss.ops.Value;

/** The logistic function: y = 1 / (1 + exp(-x)). */
public record Sigmoid() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.sigmoid();
    }
}
