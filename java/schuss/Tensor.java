package schuss;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers of a type and a shape on the host, row-major: what goes into a model of several inputs and comes out of one of
 * several outputs. It holds no memory of a device and needs no closing.
 *
 * <pre>{@code
 * Tensor photo = Tensor.of(Shape.of(1, 32, 32, 3), pixels);   // F32
 * Tensor words = Tensor.of(Shape.of(1, 40), 5, 17, 2, ...);   // I32
 * float[] price = model.predict(Map.of("photo", photo, "text", words)).get("price").floats();
 * }</pre>
 */
public final class Tensor {
    private final DType dtype;
    private final Shape shape;
    private final ByteBuffer elements;

    private Tensor(DType dtype, Shape shape) {
        this.dtype = dtype;
        this.shape = shape;
        elements = ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(shape.size(), (long) dtype.bytes())))
                .order(ByteOrder.nativeOrder());
    }

    /** Zeros. */
    public static Tensor zeros(DType dtype, Shape shape) {
        return new Tensor(dtype, shape);
    }

    /**
     * Numbers of type F32; copied.
     *
     * @throws IllegalArgumentException naming both counts when there are too many or too few
     */
    public static Tensor of(Shape shape, float... values) {
        Tensor tensor = new Tensor(DType.F32, expect(shape, values.length));
        tensor.elements.asFloatBuffer().put(values);
        return tensor;
    }

    /** {@link #of(Shape, float...)} of integers, type I32. */
    public static Tensor of(Shape shape, int... values) {
        Tensor tensor = new Tensor(DType.I32, expect(shape, values.length));
        tensor.elements.asIntBuffer().put(values);
        return tensor;
    }

    /** {@link #of(Shape, float...)} of bytes 0 to 255, type U8, as images are stored. */
    public static Tensor of(Shape shape, byte... values) {
        Tensor tensor = new Tensor(DType.U8, expect(shape, values.length));
        tensor.elements.put(0, values);
        return tensor;
    }

    private static Shape expect(Shape shape, int count) {
        if (count != shape.size()) {
            throw new IllegalArgumentException(
                    "Tensor " + shape + ": expected " + shape.size() + " numbers, got " + count);
        }
        return shape;
    }

    public DType dtype() {
        return dtype;
    }

    public Shape shape() {
        return shape;
    }

    /**
     * A copy of the numbers.
     *
     * @throws IllegalStateException if they are not of type F32
     */
    public float[] floats() {
        expect(DType.F32);
        float[] values = new float[Math.toIntExact(shape.size())];
        elements.asFloatBuffer().get(values);
        return values;
    }

    /**
     * A copy of the numbers.
     *
     * @throws IllegalStateException if they are not of type I32
     */
    public int[] ints() {
        expect(DType.I32);
        int[] values = new int[Math.toIntExact(shape.size())];
        elements.asIntBuffer().get(values);
        return values;
    }

    private void expect(DType expected) {
        if (dtype != expected) {
            throw new IllegalStateException("Tensor: expected type " + expected + ", got " + this);
        }
    }

    /** The elements themselves, in the machine's byte order; changing them changes the tensor. */
    public ByteBuffer elements() {
        return elements.duplicate().order(ByteOrder.nativeOrder());
    }

    /** The same numbers of the same type and shape. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor
                && dtype == tensor.dtype
                && shape.equals(tensor.shape)
                && elements.equals(tensor.elements);
    }

    @Override
    public int hashCode() {
        return Arrays.asList(dtype, shape, elements).hashCode();
    }

    @Override
    public String toString() {
        return "Tensor " + dtype + shape;
    }
}
