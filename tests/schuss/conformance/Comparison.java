package schuss.conformance;

import schuss.DType;

/** Compares what a device came to with what the reference did. */
final class Comparison {
    private Comparison() {}

    /**
     * Fails at the first element that is further off than its bound.
     *
     * @param type of the elements
     * @param allowed the largest error of each element, infinite where anything may come out; null for bit for bit
     */
    static void check(String what, DType type, double[] expected, double[] actual, double[] allowed) {
        for (int i = 0; i < expected.length; i++) {
            double single = type == DType.F32 ? (float) expected[i] : expected[i];
            if (same(single, actual[i])) {
                continue;
            }
            // where the true result is about the largest float, either side of it will do
            boolean bounded = allowed != null && Double.isFinite(expected[i]);
            boolean overflows = bounded && Math.abs(expected[i]) + allowed[i] > Float.MAX_VALUE;
            boolean unbounded = allowed != null && Double.isInfinite(allowed[i]);
            boolean near = unbounded || (bounded && Math.abs(actual[i] - expected[i]) <= allowed[i]);
            if (!near && !(overflows && Math.abs(actual[i]) >= Float.MAX_VALUE / 2)) {
                throw new AssertionError(
                        what + ": element " + i + " of " + expected.length + ": expected " + expected[i]
                                + (allowed == null ? " bit for bit" : " within " + allowed[i]) + ", got " + actual[i]);
            }
        }
    }

    /** Equal, both NaN, or zeros of either sign: no op promises the sign of a zero. */
    private static boolean same(double a, double b) {
        return a == b || (Double.isNaN(a) && Double.isNaN(b));
    }
}
