package schuss.ops;

import schuss.DType;
import schuss.Shape;

/** What an op sees of a value: element type and shape. */
public record Type(DType dtype, Shape shape) {
    /**
     * Of an output that a kernel saves for the kernel of the gradient: how long it is and what it holds only the backend
     * knows, whose kernel says so as it is prepared.
     */
    public static final Type SAVED = new Type(DType.U8, Shape.of(1));

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
