package examples;

import schuss.layers.Layer;
import schuss.layers.Scope;
import schuss.ops.Value;

// snippet: layer
/** y = x * sigmoid(x). Source: Elfwing et al., Sigmoid-weighted linear units (2018). */
public record Swish() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> e.mul(e.sigmoid()));
    }
}
// end
