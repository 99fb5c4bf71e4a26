package schuss.layers;

import schuss.ops.Value;

/** Sigmoid linear units, also called swish (Elfwing et al. 2018): y = x * sigmoid(x). */
public record Silu() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> e.mul(e.sigmoid()));
    }
}
