package schuss.ops;

import schuss.DType;
import schuss.Shape;

/**
 * The element type and shape of a value, which is all that an op knows of it before the program runs.
 *
 * @param dtype the type of each element
 * @param shape the extents, outermost first
 */
public record Type(DType dtype, Shape shape) {
    /**
     * A placeholder type for an output that a kernel saves for the kernel of the gradient. Only the backend knows what
     * such an output holds and how large it is; its kernel says so when it is prepared.
     */
    public static final Type SAVED = new Type(DType.U8, Shape.of(1));

    /**
     * {@return a type of single-precision elements}
     *
     * @param shape the extents, outermost first
     */
    public static Type f32(Shape shape) {
        return new Type(DType.F32, shape);
    }

    /** {@return the size of all elements together in bytes, as they are stored on a processor or a GPU} */
    public long bytes() {
        return shape.size() * dtype.bytes();
    }

    @Override
    public String toString() {
        return dtype.name().toLowerCase(java.util.Locale.ROOT) + shape;
    }
}
