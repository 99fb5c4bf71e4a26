package schuss.ops;

import schuss.DType;
import schuss.Shape;

/** What an op sees of a value: element type and shape. */
public record Type(DType dtype, Shape shape) {
    public static Type f32(Shape shape) {
        return new Type(DType.F32, shape);
    }

    @Override
    public String toString() {
        return dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
    }
}
