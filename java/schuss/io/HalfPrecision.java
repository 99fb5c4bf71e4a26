package schuss.io;

/** Converts 16-bit floating-point numbers, as files store them, to floats: IEEE binary16 (F16) and bfloat16 (BF16). */
public final class HalfPrecision {
    private static final int FRACTION_BITS = 10;
    private static final int FRACTION = (1 << FRACTION_BITS) - 1;
    private static final int EXPONENT = 0x1F;
    private static final int BIAS = 15;
    private static final int FLOAT_FRACTION_BITS = 23;
    private static final int FLOAT_BIAS = 127;
    private static final int FLOAT_INFINITY = 0x7F800000;

    private HalfPrecision() {}

    /**
     * {@return the value of an IEEE binary16 number, exactly}
     *
     * @param bits its bits
     */
    public static float ofF16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> FRACTION_BITS) & EXPONENT;
        int fraction = bits & FRACTION;
        if (exponent == 0) { // zero, or a multiple of 2^-24
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int shifted = fraction << (FLOAT_FRACTION_BITS - FRACTION_BITS);
        return Float.intBitsToFloat(
                exponent == EXPONENT
                        ? sign | FLOAT_INFINITY | shifted
                        : sign | (exponent - BIAS + FLOAT_BIAS) << FLOAT_FRACTION_BITS | shifted);
    }

    /**
     * {@return the value of a bfloat16 number, exactly: its bits are the upper half of a float's}
     *
     * @param bits its bits
     */
    public static float ofBf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}
