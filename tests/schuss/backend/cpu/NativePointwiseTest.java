package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The interpreter of pointwise expressions: every opcode, every way to read an input and to write an output. */
@Tag("conformance")
class NativePointwiseTest {
    private static final int ADD = 0;
    private static final int SUB = 1;
    private static final int MUL = 2;
    private static final int NEG = 13;
    private static final int COPY = 33;
    private static final int WHERE = 34;
    private static final int EXP = 15;

    // types
    private static final int F32 = 0;
    private static final int U8 = 1;
    private static final int I32 = 2;
    private static final int BOOL = 3;
    private static final int BF16 = 4;
    private static final int I64 = 5;

    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    /** Where functions change their mind. */
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        0.5f,
        -0.5f,
        2f,
        -2f,
        2.5f,
        -2.5f,
        INFINITY,
        -INFINITY,
        NAN,
        88.7f,
        88.8f,
        89f,
        90f,
        1000f,
        -87f,
        -87.5f,
        -90f,
        -100f,
        -103.9f,
        -104f,
        -105f,
        -1000f,
        1e-20f,
        -1e-20f,
        1e-38f,
        1e-40f,
        -1e-40f,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_NORMAL,
        8388607.5f,
        8388609f,
        -8388607.5f,
        1e10f,
        0.9999999f,
        1.0000001f,
        -0.9999999f,
        0.34657f,
        0.34658f,
        -0.34657f,
        9.01f,
        -9.02f,
        3.99f,
        4.01f,
        16f,
        -17.5f
    };

    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void functionsOfOneArgument() {
        DoubleUnaryOperator[] functions = {
            x -> -x,
            Math::abs,
            Math::exp,
            Math::log,
            Math::log1p,
            Math::expm1,
            Math::sqrt,
            x -> 1 / x,
            x -> x * x,
            Math::tanh,
            x -> 1 / (1 + Math.exp(-x)),
            NativePointwiseTest::erf,
            x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
            x -> Math.max(x, 0),
            x -> x > 0 ? 1 : 0,
            Math::signum,
            x -> x == 0 ? 1 : 0,
            Math::sin,
            Math::cos,
            Math::floor,
            x -> x
        };
        float[] x = Arrays.copyOf(SPECIAL, 60_000);
        float[] random = NativeTest.random(x.length, 1);
        for (int i = SPECIAL.length; i < x.length; i++) {
            x[i] = random[i] * (float) Math.pow(10, i % 7 - 4);
        }
        for (int f = 0; f < functions.length; f++) {
            float[] got = map(NEG + f, x);
            for (int i = 0; i < x.length; i++) {
                double expected = functions[f].applyAsDouble(x[i]);
                double error = ulps(expected, got[i]);
                assertTrue(
                        error <= 3,
                        "opcode " + (NEG + f) + " of " + x[i] + ": expected " + expected + ", got " + got[i] + ", "
                                + error + " ulp");
            }
        }
    }

    @Test
    void functionsOfTwoArguments() {
        DoubleBinaryOperator[] functions = {
            Double::sum,
            (x, z) -> x - z,
            (x, z) -> x * z,
            (x, z) -> x / z,
            Math::max,
            Math::min,
            Math::pow,
            (x, z) -> x > z ? 1 : 0,
            (x, z) -> x == z ? 1 : 0,
            (x, z) -> x != z ? 1 : 0,
            (x, z) -> x >= z ? 1 : 0,
            (x, z) -> x != 0 && z != 0 ? 1 : 0,
            (x, z) -> x != 0 || z != 0 ? 1 : 0
        };
        int n = SPECIAL.length;
        float[] x = new float[n * n];
        float[] z = new float[n * n];
        for (int i = 0; i < n * n; i++) {
            x[i] = SPECIAL[i / n];
            z[i] = SPECIAL[i % n];
        }
        for (int f = 0; f < functions.length; f++) {
            try (Memory a = Memory.of(x);
                    Memory b = Memory.of(z);
                    Memory y = Memory.floats(x.length)) {
                new NativeExpression(x.length)
                        .input(a, 1)
                        .input(b, 1)
                        .step(f, 2, 0, 1)
                        .output(y, 2)
                        .run(1);
                float[] got = y.floats();
                for (int i = 0; i < x.length; i++) {
                    double expected = functions[f].applyAsDouble(x[i], z[i]);
                    assertTrue(
                            ulps(expected, got[i]) <= 1,
                            "opcode " + f + " of " + x[i] + ", " + z[i] + ": expected " + expected + ", got " + got[i]);
                }
            }
        }
        assertEquals(1 / 0f, 1 / pair(4, -0f, 0f));
        assertEquals(1 / -0f, 1 / pair(5, 0f, -0f));
    }

    @Test
    void whereChooses() {
        try (Memory condition = Memory.of(0, 1, NAN, -0f);
                Memory yes = Memory.of(1, 2, 3, NAN);
                Memory y = Memory.floats(4)) {
            new NativeExpression(4)
                    .input(condition, 1)
                    .input(yes, 1)
                    .constant(7)
                    .step(WHERE, 3, 0, 1, 2)
                    .output(y, 3)
                    .run(1);
            assertArrayEquals(new float[] {7, 2, 3, 7}, y.floats());
        }
    }

    @Test
    void inputsBroadcastEveryWay() {
        int[][] shapes = {{40, 10}, {3, 500}, {700, 33}, {5, 2000}, {2, 3, 4}, {60, 7, 31}, {4, 1, 600}, {1}, {}, {9000}
        };
        for (int[] extents : shapes) {
            for (int mask = 0; mask < 1 << extents.length; mask++) { // a bit for each dimension that is broadcast
                for (int threads : new int[] {1, 2, 5}) {
                    assertBroadcast(extents, mask, threads);
                }
            }
        }
    }

    private static void assertBroadcast(int[] extents, int mask, int threads) {
        int n = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
        long[] strides = new long[extents.length];
        int size = 1;
        for (int d = extents.length - 1; d >= 0; d--) {
            strides[d] = (mask >> d & 1) == 1 ? 0 : size;
            size *= strides[d] == 0 ? 1 : extents[d];
        }
        long[] all = new long[extents.length];
        int stride = 1;
        for (int d = extents.length - 1; d >= 0; d--) {
            all[d] = stride;
            stride *= extents[d];
        }
        float[] x = NativeTest.random(n, 1);
        float[] b = NativeTest.random(size, 1);
        float[] expected = new float[n];
        for (int i = 0; i < n; i++) {
            int at = 0;
            int rest = i;
            for (int d = extents.length - 1; d >= 0; d--) {
                at += (int) strides[d] * (rest % extents[d]);
                rest /= extents[d];
            }
            expected[i] = x[i] * 3 - b[at];
        }
        try (Memory xAt = Memory.of(x);
                Memory bAt = Memory.of(b);
                Memory y = Memory.floats(n)) {
            new NativeExpression(extents)
                    .input(xAt, all)
                    .input(bAt, strides)
                    .constant(3)
                    .step(MUL, 3, 0, 2)
                    .step(SUB, 3, 3, 1)
                    .output(y, 3)
                    .run(threads);
            assertArrayEquals(expected, y.floats(), Arrays.toString(extents) + " broadcast along " + mask);
        }
    }

    @Test
    void transposedInputsAreGathered() {
        float[] x = NativeTest.random(70 * 33, 1);
        float[] expected = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i] = x[i % 70 * 33 + i / 70];
        }
        try (Memory xAt = Memory.of(x);
                Memory y = Memory.floats(x.length)) {
            new NativeExpression(33, 70)
                    .input(xAt, 1, 33)
                    .step(COPY, 1, 0)
                    .output(y, 1)
                    .run(2);
            assertArrayEquals(expected, y.floats());
        }
    }

    @Test
    void otherTypesBecomeFloats() {
        byte[] bytes = new byte[1000];
        int[] ints = new int[1000];
        float[][] expected = new float[3][1000];
        for (int i = 0; i < 1000; i++) {
            bytes[i] = (byte) i;
            ints[i] = i * 1000 - 5000;
            expected[0][i] = i & 0xff;
            expected[1][i] = ints[i];
            expected[2][i] = (i & 0xff) == 0 ? 0 : 1;
        }
        try (Memory bytesAt = Memory.of(bytes);
                Memory intsAt = Memory.of(ints);
                Memory y = Memory.floats(1000)) {
            for (int type = 1; type <= 3; type++) {
                new NativeExpression(1000)
                        .input(type, type == 2 ? intsAt : bytesAt, 1)
                        .step(COPY, 1, 0)
                        .output(y, 1)
                        .run(1);
                assertArrayEquals(expected[type - 1], y.floats());
            }
        }
    }

    /** Every type goes through slots of whole numbers and comes back, an odd element more than a tile. */
    @Test
    void wholeNumbersKeepAllTheirBits() {
        long[] x = new long[1025];
        for (int i = 0; i < x.length; i++) {
            x[i] = i * 0x9e3779b97f4a7c15L; // all 64 bits in use
        }
        try (Memory in = Memory.of(x);
                Memory y = Memory.bytes(x.length * 8L)) {
            new NativeExpression(x.length)
                    .inIntegers()
                    .input(I64, in, 1)
                    .constant(3)
                    .step(MUL, 2, 0, 1)
                    .output(I64, y, 2)
                    .run(2);
            long[] got = y.longs();
            for (int i = 0; i < x.length; i++) {
                assertEquals(3 * x[i], got[i]);
            }
            for (int type : new int[] {U8, I32, BOOL}) {
                new NativeExpression(x.length)
                        .inIntegers()
                        .input(I64, in, 1)
                        .step(COPY, 1, 0)
                        .output(type, y, 1)
                        .run(1);
                for (int i = 0; i < x.length; i++) {
                    long expected = type == I32 ? (int) x[i] : type == U8 ? x[i] & 0xff : x[i] == 0 ? 0 : 1;
                    assertEquals(expected, type == I32 ? y.intAt(i) : y.byteAt(i) & 0xff);
                }
            }
        }
    }

    @Test
    void floatsBecomeOtherTypes() {
        try (Memory x = Memory.of(0f, -0.9f, 2.9f, 300f, -1f, 3e9f, -3e9f, NAN, INFINITY, -INFINITY, 1e20f);
                Memory y = Memory.bytes(8 * 11)) {
            int[] whole = {
                0,
                0,
                2,
                300,
                -1,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                0,
                Integer.MAX_VALUE,
                Integer.MIN_VALUE,
                Integer.MAX_VALUE
            };
            copy(x, I32, y);
            for (int i = 0; i < whole.length; i++) {
                assertEquals(whole[i], y.intAt(i));
            }
            copy(x, I64, y);
            assertArrayEquals(
                    new long[] {
                        0,
                        0,
                        2,
                        300,
                        -1,
                        3_000_000_000L,
                        -3_000_000_000L,
                        0,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE
                    },
                    y.longs());
            int[] bytes = {0, 0, 2, 255, 0, 255, 0, 0, 255, 0, 255};
            copy(x, U8, y);
            for (int i = 0; i < bytes.length; i++) {
                assertEquals(bytes[i], y.byteAt(i) & 0xff);
            }
            copy(x, BOOL, y);
            for (int i = 0; i < bytes.length; i++) {
                assertEquals(i == 0 ? 0 : 1, y.byteAt(i));
            }
        }
    }

    private static void copy(Memory x, int type, Memory y) {
        new NativeExpression(11)
                .input(F32, x, 1)
                .step(COPY, 1, 0)
                .output(type, y, 1)
                .run(1);
    }

    @Test
    void whatIsNotWholeIsRefused() {
        try (Memory x = Memory.of(1f)) {
            assertEquals(
                    "pointwise input 0: expected whole numbers, got type 4",
                    new NativeExpression(1)
                            .inIntegers()
                            .input(BF16, x, 1)
                            .step(COPY, 1, 0)
                            .output(I32, x, 1)
                            .problem());
            assertEquals(
                    "pointwise instruction 0: expected a function of whole numbers, got opcode 15",
                    new NativeExpression(1)
                            .inIntegers()
                            .input(I32, x, 1)
                            .step(EXP, 1, 0)
                            .output(I32, x, 1)
                            .problem());
            assertEquals(
                    "pointwise output 0: expected a type of 0 to 5, got 6",
                    new NativeExpression(1)
                            .input(x, 1)
                            .step(COPY, 1, 0)
                            .output(6, x, 1)
                            .problem());
        }
    }

    @Test
    void outputsMayLieOnInputs() {
        int n = 5000;
        float[] a = NativeTest.random(n, 1);
        float[] b = NativeTest.random(n, 1);
        float[] sum = new float[n];
        float[] product = new float[n];
        for (int i = 0; i < n; i++) {
            sum[i] = a[i] + b[i];
            product[i] = sum[i] * a[i];
        }
        // x is overwritten by the sum, though the instruction after it reads x once more; a copy of the old x too.
        try (Memory x = Memory.of(a);
                Memory z = Memory.of(b);
                Memory y = Memory.floats(n);
                Memory old = Memory.floats(n)) {
            new NativeExpression(n)
                    .input(x, 1)
                    .input(z, 1)
                    .step(ADD, 2, 0, 1)
                    .step(MUL, 3, 2, 0)
                    .output(x, 2)
                    .output(y, 3)
                    .output(old, 0)
                    .run(1);
            assertArrayEquals(sum, x.floats());
            assertArrayEquals(product, y.floats());
            assertArrayEquals(a, old.floats());
        }
    }

    @Test
    void aRunIsSkippedWhereTheFlagSaysSo() {
        try (Memory x = Memory.of(1f);
                Memory y = Memory.of(5f);
                Memory skip = Memory.of(1)) {
            new NativeExpression(1)
                    .input(x, 1)
                    .step(COPY, 1, 0)
                    .output(y, 1)
                    .skip(skip)
                    .run(1);
            assertEquals(5, y.floats()[0]);
        }
    }

    @Test
    void whatIsWrongIsRefusedByName() {
        try (Memory x = Memory.of(1f)) {
            assertEquals(
                    "pointwise instruction 0: operand 1 names slot 2, which holds nothing yet",
                    new NativeExpression(1)
                            .input(x, 1)
                            .step(ADD, 1, 0, 2)
                            .output(x, 1)
                            .problem());
            assertEquals(
                    "pointwise instruction 0: expected a destination slot of 1 to 3, got 0",
                    new NativeExpression(1)
                            .input(x, 1)
                            .step(NEG, 0, 0)
                            .output(x, 1)
                            .problem());
            assertEquals(
                    "pointwise instruction 0: expected an opcode of 0 to 34, got 35",
                    new NativeExpression(1)
                            .input(x, 1)
                            .step(35, 1, 0)
                            .output(x, 1)
                            .problem());
        }
    }

    private static float[] map(int opcode, float[] x) {
        try (Memory in = Memory.of(x);
                Memory y = Memory.floats(x.length)) {
            new NativeExpression(x.length)
                    .input(in, 1)
                    .step(opcode, 1, 0)
                    .output(y, 1)
                    .run(1);
            float[] got = y.floats();
            new NativeExpression(x.length)
                    .input(in, 1)
                    .step(opcode, 1, 0)
                    .output(in, 1)
                    .run(3); // in place, several threads
            assertArrayEquals(got, in.floats());
            return got;
        }
    }

    private static float pair(int opcode, float x, float z) {
        try (Memory a = Memory.of(x);
                Memory b = Memory.of(z);
                Memory y = Memory.floats(1)) {
            new NativeExpression(1)
                    .input(a, 1)
                    .input(b, 1)
                    .step(opcode, 2, 0, 1)
                    .output(y, 2)
                    .run(1);
            return y.floats()[0];
        }
    }

    /** How many floats lie between; 0 for two NaN, and infinitely many between NaN and a number. */
    private static double ulps(double expected, float got) {
        float rounded = (float) expected;
        if (Float.isNaN(rounded) || Float.isNaN(got) || Float.isInfinite(rounded) || Float.isInfinite(got)) {
            return Float.compare(rounded, got) == 0 ? 0 : INFINITY;
        }
        return Math.abs(got - expected) / Math.ulp(rounded);
    }

    /** The series around 0, and a continued fraction for the rest. */
    private static double erf(double x) {
        if (Double.isNaN(x) || Math.abs(x) > 6) {
            return Double.isNaN(x) ? x : Math.signum(x);
        }
        if (Math.abs(x) < 3) {
            double sum = 0;
            double term = x;
            for (int k = 0; k < 100; k++) {
                sum += term / (2 * k + 1);
                term *= -x * x / (k + 1);
            }
            return 2 / Math.sqrt(Math.PI) * sum;
        }
        double t = Math.abs(x);
        double fraction = t;
        for (int k = 100; k > 0; k--) {
            fraction = t + k / 2.0 / fraction;
        }
        return Math.signum(x) * (1 - Math.exp(-t * t) / (fraction * Math.sqrt(Math.PI)));
    }
}
