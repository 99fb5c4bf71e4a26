package schuss.ops;

import schuss.DType;
import schuss.Shape;

/** What an op sees of a value: element type and shape. */
public record Type(DType dtype, Shape shape) {
    public static Type f32(Shape shape) {
        return new Type(DType.F32, shape);
    }

    /** What all elements take, as they are stored on a processor or a GPU. */
    public long bytes() {
        return shape.size() * dtype.bytes();
    }

    @Override
    public String toString() {
        return dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
    }
}
