package schuss.layers;

import schuss.Shape;
import schuss.ops.Value;

/** Each example in another shape of the same size: (batch, 784) becomes (batch, 28, 28, 1). Costs nothing. */
public record Reshape(Shape shape) implements Layer {
    /** {@code Reshape.to(28, 28, 1)}. */
    public static Reshape to(int... extents) {
        return new Reshape(Shape.of(extents));
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Shape example = x.shape().tail();
        if (example.size() != shape.size()) {
            throw new IllegalArgumentException(
                    "expected examples of " + shape.size() + " numbers for " + shape + ", got " + example);
        }
        return x.reshape(shape.prepend(x.shape().dim(0)));
    }
}
