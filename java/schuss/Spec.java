package schuss;

import java.util.Objects;

/**
 * What one input or target of a network looks like: a name, an element type and a shape. Whether the shape counts the
 * batch is said where a Spec is asked for; data sets describe one example.
 */
public record Spec(String name, DType dtype, Shape shape) {
    public Spec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(dtype, "dtype");
        Objects.requireNonNull(shape, "shape");
    }

    /** The same input for {@code batch} examples at once. */
    public Spec batched(int batch) {
        return new Spec(name, dtype, shape.prepend(batch));
    }
}
