package schuss;

/** The type of a tensor's elements. */
public enum DType {
    /** IEEE single precision: what layers compute in. */
    F32(4),
    /** The upper half of a single: eight bits of exponent, eight of significand. */
    BF16(2),
    /** Unsigned bytes, as images are stored. */
    U8(1),
    /** Class labels and indices. */
    I32(4),
    I64(8),
    /** IEEE double precision: totals of losses and metrics. */
    F64(8),
    /** One byte an element, 0 or 1. */
    BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether its elements are real numbers, rounded: what gradients are of. */
    public boolean isFloatingPoint() {
        return this == F32 || this == BF16 || this == F64;
    }

    /** Whether its elements are whole numbers. */
    public boolean isInteger() {
        return this == U8 || this == I32 || this == I64;
    }
}
