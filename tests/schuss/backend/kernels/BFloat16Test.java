package schuss.backend.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The upper half of a single, rounded. */
class BFloat16Test {
    @Test
    void everyBf16IsItself() {
        for (int bits = 0; bits <= 0xffff; bits++) {
            float value = BFloat16.value((short) bits);
            if (!Float.isNaN(value)) {
                assertEquals((short) bits, BFloat16.bits(value));
            }
        }
    }

    @Test
    void roundsToTheNearestAndTiesToEven() {
        assertEquals(1, BFloat16.round(1.00390625f)); // halfway between 1 and 1 + 2^-7
        assertEquals(1.015625f, BFloat16.round(1.01171875f)); // halfway to an odd one
        assertEquals(1.0078125f, BFloat16.round(Math.nextUp(1.00390625f)));
        assertEquals(-1, BFloat16.round(-1.00390625f));
        assertEquals(Float.POSITIVE_INFINITY, BFloat16.round(Float.MAX_VALUE));
        assertEquals(Float.NEGATIVE_INFINITY, BFloat16.round(Float.NEGATIVE_INFINITY));
        assertEquals(0, BFloat16.round(Float.MIN_VALUE));
    }

    @Test
    void nanStaysNan() {
        for (int bits : new int[] {0x7f800001, 0x7fffffff, 0xff800001, 0xffffffff, 0x7fc00000}) {
            assertTrue(Float.isNaN(BFloat16.round(Float.intBitsToFloat(bits))), Integer.toHexString(bits));
        }
    }
}
