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
        int bytes = type.bytes();
        for (int i = 0; i < to.length; i++) {
            to[i] = switch (type) {
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
        int bytes = type.bytes();
        for (int i = 0; i < from.length; i++) {
            switch (type) {
                case F32 -> to.putFloat(i * bytes, (float) from[i]);
                case F64 -> to.putDouble(i * bytes, from[i]);
                case BF16 -> to.putShort(i * bytes, BFloat16.bits((float) from[i]));
                case I32 -> to.putInt(i * bytes, (int) from[i]);
                case I64 -> to.putLong(i * bytes, (long) from[i]);
                case U8, BOOL -> to.put(i, (byte) from[i]);
            }
        }
    }
}
