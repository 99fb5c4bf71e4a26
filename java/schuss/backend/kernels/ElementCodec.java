package schuss.backend.kernels;

import java.nio.ByteBuffer;
import schuss.DType;

/**
 * Converts elements of every type to doubles and back. Buffers hold the elements one after the other in the buffer's
 * byte order.
 */
public final class ElementCodec {
    private ElementCodec() {}

    /** Fills an array from the beginning of a buffer. */
    public static void read(DType type, ByteBuffer from, double[] to) {
        read(type, from, to, 0, to.length);
    }

    /** Fills some elements of an array from the beginning of a buffer. */
    public static void read(DType type, ByteBuffer from, double[] to, int first, int count) {
        int bytes = type.bytes();
        for (int i = 0; i < count; i++) {
            to[first + i] = switch (type) {
                case F32 -> from.getFloat(i * bytes);
                case F64 -> from.getDouble(i * bytes);
                case BF16 -> BFloat16.value(from.getShort(i * bytes));
                case I32 -> from.getInt(i * bytes);
                case I64 -> from.getLong(i * bytes);
                case U8, BOOL -> from.get(i) & 0xff;
            };
        }
    }

    /** Writes an array to the beginning of a buffer. */
    public static void write(DType type, double[] from, ByteBuffer to) {
        write(type, from, 0, from.length, to);
    }

    /** Writes some elements of an array to the beginning of a buffer. */
    public static void write(DType type, double[] from, int first, int count, ByteBuffer to) {
        int bytes = type.bytes();
        for (int i = 0; i < count; i++) {
            double value = from[first + i];
            switch (type) {
                case F32 -> to.putFloat(i * bytes, (float) value);
                case F64 -> to.putDouble(i * bytes, value);
                case BF16 -> to.putShort(i * bytes, BFloat16.bits((float) value));
                case I32 -> to.putInt(i * bytes, (int) value);
                case I64 -> to.putLong(i * bytes, (long) value);
                case U8, BOOL -> to.put(i, (byte) value);
            }
        }
    }
}
