package schuss.layers;

import schuss.Shape;
import schuss.ops.Value;

/**
 * Gives each example another shape with the same number of elements: (batch, 784) becomes (batch, 28, 28, 1). It copies
 * nothing.
 *
 * <pre>{@code
 * Reshape.to(28, 28, 1)
 * }</pre>
 *
 * @param shape the new shape of an example, without the batch axis
 */
public record Reshape(Shape shape) implements Layer {
    /**
     * {@return a layer that gives each example this shape}
     *
     * @param extents the sizes of the axes, without the batch axis
     */
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
