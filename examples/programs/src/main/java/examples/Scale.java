package examples;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.layers.Layer;
import schuss.layers.Scope;
import schuss.ops.Value;

// snippet: layer
/** A factor of its own for every feature: y = x * g, with x (batch, features) and g (features), which begins at 1. */
public record Scale() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        Shape features = Shape.of(x.shape().dim(-1));
        return x.mul(scope.bias("gain", features, Initializer.constant(1)));
    }
}
// end
