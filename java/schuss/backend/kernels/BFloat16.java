package schuss.backend.kernels;

/**
 * Conversion to and from bf16: the upper half of a single-precision number, with the same range and 8 significant bits.
 */
public final class BFloat16 {
    private static final int QUIET = 0x40; // of the significand: keeps NaN from becoming infinity

    private BFloat16() {}

    /** {@return the nearest bf16, of two the even one; NaN stays NaN} */
    public static short bits(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | QUIET);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** {@return the number that these bits stand for} */
    public static float value(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** {@return the nearest number that bf16 has} */
    public static float round(float value) {
        return value(bits(value));
    }
}
