package schuss.layers;

import schuss.Shape;
import schuss.ops.Value;

/** Each example as one row: (batch, h, w, c) becomes (batch, h * w * c). */
public record Flatten() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        int batch = x.shape().dim(0);
        return x.reshape(Shape.of(batch, (int) (x.shape().size() / batch)));
    }
}
