package schuss.layers;

import schuss.Shape;
import schuss.ops.Value;

/**
 * Turns each example into one row of numbers: (batch, height, width, channels) becomes (batch, height * width *
 * channels). It is used between convolutions and {@link Dense} layers, and copies nothing.
 */
public record Flatten() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        int batch = x.shape().dim(0);
        return x.reshape(Shape.of(batch, (int) (x.shape().size() / batch)));
    }
}
