package schuss.ops;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.function.Consumer;
import schuss.DType;
import schuss.Shape;

/**
 * A constant tensor: an element type, a shape and the numbers in row-major order. It never changes. The elements are
 * stored compactly, in the size of their type, and two literals are equal if type, shape and bits are.
 *
 * <pre>{@code
 * Literal kernel = Literal.of(Shape.of(3), 0.25f, 0.5f, 0.25f);
 * Literal tokens = Literal.of(Shape.of(2, 2), 4, 8, 15, 16);      // i32
 * }</pre>
 *
 * <p>Every {@code of} throws {@link IllegalArgumentException}, naming both counts, if there are more or fewer numbers
 * than the shape has elements.
 */
public final class Literal {
    private static final int PRINTED = 8;

    private final Type type;
    private final byte[] bytes; // in the machine's byte order, as kernels read them
    private final int hash;

    private Literal(DType dtype, Shape shape, int count, Consumer<ByteBuffer> numbers) {
        if (count != shape.size()) {
            throw new IllegalArgumentException(
                    "Literal " + shape + ": expected " + shape.size() + " numbers, got " + count);
        }
        type = new Type(dtype, shape);
        bytes = new byte[Math.multiplyExact(count, dtype.bytes())];
        numbers.accept(ordered(bytes));
        hash = 31 * type.hashCode() + Arrays.hashCode(bytes);
    }

    private static ByteBuffer ordered(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * {@return a literal of type f32}
     *
     * @param shape the extents
     * @param numbers the elements in row-major order
     * @throws IllegalArgumentException naming both counts if there are too many or too few
     */
    public static Literal of(Shape shape, float... numbers) {
        return new Literal(
                DType.F32, shape, numbers.length, to -> to.asFloatBuffer().put(numbers));
    }

    /**
     * {@return a literal of type f32, to which the numbers are rounded}
     *
     * @param shape the extents
     * @param numbers the elements in row-major order
     */
    public static Literal of(Shape shape, double... numbers) {
        float[] rounded = new float[numbers.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) numbers[i];
        }
        return of(shape, rounded);
    }

    /**
     * {@return a literal of type i32}
     *
     * @param shape the extents
     * @param numbers the elements in row-major order
     */
    public static Literal of(Shape shape, int... numbers) {
        return new Literal(
                DType.I32, shape, numbers.length, to -> to.asIntBuffer().put(numbers));
    }

    /**
     * {@return a literal of type i64}
     *
     * @param shape the extents
     * @param numbers the elements in row-major order
     */
    public static Literal of(Shape shape, long... numbers) {
        return new Literal(
                DType.I64, shape, numbers.length, to -> to.asLongBuffer().put(numbers));
    }

    /**
     * {@return a literal of type u8: bytes that are read as 0 to 255}
     *
     * @param shape the extents
     * @param numbers the elements in row-major order
     */
    public static Literal of(Shape shape, byte... numbers) {
        return new Literal(DType.U8, shape, numbers.length, to -> to.put(numbers));
    }

    /**
     * {@return a literal of type bool}
     *
     * @param shape the extents
     * @param values the elements in row-major order
     */
    public static Literal of(Shape shape, boolean... values) {
        return new Literal(DType.BOOL, shape, values.length, to -> {
            for (boolean value : values) {
                to.put((byte) (value ? 1 : 0));
            }
        });
    }

    /** {@return the element type and shape} */
    public Type type() {
        return type;
    }

    /** {@return a read-only view of the elements, one after the other in the machine's byte order} */
    public ByteBuffer bytes() {
        return ordered(bytes).asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    /**
     * {@return one element as a double; i64 numbers beyond 2^53 are rounded}
     *
     * @param index of the element in row-major order, from 0
     */
    public double get(int index) {
        ByteBuffer from = ordered(bytes);
        int at = index * type.dtype().bytes();
        return switch (type.dtype()) {
            case F32 -> from.getFloat(at);
            case I32 -> from.getInt(at);
            case I64 -> from.getLong(at);
            case U8, BOOL -> from.get(at) & 0xff;
            case BF16, F64 -> throw new IllegalStateException("a literal of " + type);
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Literal literal && type.equals(literal.type) && Arrays.equals(bytes, literal.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The type and the first eight numbers. */
    @Override
    public String toString() {
        long size = type.shape().size();
        StringJoiner text = new StringJoiner(", ", type + "[", size > PRINTED ? ", ...]" : "]");
        for (int i = 0; i < Math.min(size, PRINTED); i++) {
            text.add(String.valueOf(get(i)));
        }
        return text.toString();
    }
}
