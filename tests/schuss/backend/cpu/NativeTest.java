package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The native kernels one by one, against plain loops in double. */
@Tag("conformance")
class NativeTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;
    /** More than a thread gets without OpenMP, not a multiple of anything. */
    private static final int LARGE = 100_003;

    private static long nextSeed;

    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void theInstructionSetIsTheOneAskedFor() {
        String asked = System.getProperty("schuss.isa", "best");
        assertTrue(asked.equals("best") || asked.equals(Native.schuss_isa()), Native.schuss_isa());
        assertEquals(0, Native.schuss_initialise(asked));
        assertThrows(IllegalStateException.class, () -> Native.check(Native.schuss_initialise("sse9")));
        assertEquals("instruction set: expected best, avx512, avx2 or baseline, got sse9", Native.schuss_last_error());
        int cores = Native.schuss_physical_cores();
        assertTrue(cores >= 1 && cores <= Runtime.getRuntime().availableProcessors(), "cores: " + cores);
        assertTrue(Native.schuss_peak_gflops(1, 0.001) > 0.1);
    }

    @Test
    void memoryIsZeroedAlignedAndCounted() {
        for (long bytes : new long[] {0, 1, 1000, (4 << 20) - 1, 5 << 20}) {
            long live = Native.schuss_allocated_bytes();
            long calls = Native.schuss_allocations();
            long memory = Native.schuss_allocate(bytes);
            assertNotEquals(0, memory);
            assertEquals(0, memory % (bytes >= 4 << 20 ? 2 << 20 : 256));
            assertEquals(live + bytes, Native.schuss_allocated_bytes());
            assertEquals(calls + 1, Native.schuss_allocations());
            Native.schuss_free(memory, bytes);
            assertEquals(live, Native.schuss_allocated_bytes());
        }
        assertEquals(0, Native.schuss_allocate(1L << 60));
        try (Memory fresh = Memory.floats(2_000_000)) {
            assertArrayEquals(new float[2_000_000], fresh.floats());
        }
    }

    @Test
    void fillAndFirstNonFinite() {
        try (Memory y = Memory.floats(LARGE)) {
            Native.schuss_fill(y.address, 1.5f, LARGE, 2);
            float[] values = y.floats();
            for (float value : values) {
                assertEquals(1.5f, value);
            }
            assertEquals(-1, Native.schuss_first_non_finite(y.address, LARGE));
            for (int index : new int[] {LARGE - 1, 5000, 1023, 0}) {
                values[index] = index % 2 == 0 ? NAN : -INFINITY;
                y.set(values);
                assertEquals(index, Native.schuss_first_non_finite(y.address, LARGE));
            }
        }
    }

    @Test
    void sumsOfEveryForm() {
        long[][] shapes = {
            {1, 1, 1},
            {1, LARGE, 1},
            {3, 1_500_000, 1},
            {777, 10, 1},
            {5, 4097, 1},
            {1, 128, 500},
            {1, 50_000, 7},
            {1, 3001, 100},
            {1, 17, 2003},
            {4, 33, 65},
            {1, 300, 64}
        };
        for (long[] shape : shapes) {
            int outer = (int) shape[0];
            int reduced = (int) shape[1];
            int inner = (int) shape[2];
            float[] x = random(outer * reduced * inner, 1);
            double[] expected = new double[outer * inner];
            for (int i = 0; i < x.length; i++) {
                expected[i / (reduced * inner) * inner + i % inner] += 0.5 * x[i];
            }
            String what = "sum " + outer + "," + reduced + "," + inner;
            sameForAnyThreads(what, outer * inner, expected, 1e-6 * reduced, (y, threads) -> {
                try (Memory in = Memory.of(x)) {
                    return Native.schuss_sum(in.address, y, outer, reduced, inner, 0.5f, threads);
                }
            });
        }
    }

    @Test
    void softmaxAndCrossEntropy() {
        for (int[] shape : new int[][] {{1, 1}, {3, 10}, {1500, 33}, {7, 1000}}) {
            int rows = shape[0];
            int classes = shape[1];
            float[] z = random(rows * classes, 30);
            int[] labels = new int[rows];
            double[] softmax = new double[z.length];
            double[] logSoftmax = new double[z.length];
            double[] loss = new double[rows];
            double[] gradient = new double[z.length];
            for (int row = 0; row < rows; row++) {
                labels[row] = row % classes;
                double sum = 0;
                for (int j = 0; j < classes; j++) {
                    sum += Math.exp(z[row * classes + j]);
                }
                for (int j = 0; j < classes; j++) {
                    int i = row * classes + j;
                    logSoftmax[i] = z[i] - Math.log(sum);
                    softmax[i] = Math.exp(logSoftmax[i]);
                    gradient[i] = (softmax[i] - (j == labels[row] ? 1 : 0)) * 0.25;
                }
                loss[row] = -logSoftmax[row * classes + labels[row]];
            }
            float[] quarter = new float[rows];
            Arrays.fill(quarter, 0.25f);
            try (Memory logits = Memory.of(z);
                    Memory targets = Memory.of(labels);
                    Memory weight = Memory.floats(rows);
                    Memory maximum = Memory.floats(rows);
                    Memory sum = Memory.floats(rows);
                    Memory dLoss = Memory.of(quarter)) {
                sameForAnyThreads(
                        "softmax",
                        z.length,
                        softmax,
                        1e-5,
                        (y, threads) -> Native.schuss_softmax_forward(logits.address, y, rows, classes, threads));
                sameForAnyThreads(
                        "log softmax",
                        z.length,
                        logSoftmax,
                        1e-5,
                        (y, threads) -> Native.schuss_log_softmax_forward(logits.address, y, rows, classes, threads));
                sameForAnyThreads(
                        "loss",
                        rows,
                        loss,
                        1e-5,
                        (y, threads) -> Native.schuss_cross_entropy_forward(
                                logits.address,
                                targets.address,
                                0,
                                y,
                                weight.address,
                                maximum.address,
                                sum.address,
                                rows,
                                classes,
                                0,
                                0,
                                Long.MIN_VALUE,
                                threads));
                sameForAnyThreads(
                        "gradient",
                        z.length,
                        gradient,
                        1e-5,
                        (y, threads) -> Native.schuss_cross_entropy_backward(
                                logits.address,
                                targets.address,
                                maximum.address,
                                sum.address,
                                dLoss.address,
                                0,
                                y,
                                rows,
                                classes,
                                0,
                                0,
                                Long.MIN_VALUE,
                                threads));
            }
        }
    }

    @Test
    void labelsOutsideTheClassesGiveNan() {
        try (Memory logits = Memory.of(1, 2, 3, 4, 1e30f, -1e30f);
                Memory labels = Memory.of(-1, 2, 0);
                Memory loss = Memory.floats(3);
                Memory rest = Memory.floats(9)) {
            Native.schuss_cross_entropy_forward(
                    logits.address,
                    labels.address,
                    0,
                    loss.address,
                    rest.address,
                    rest.address + 3 * Float.BYTES,
                    rest.address + 6 * Float.BYTES,
                    3,
                    2,
                    0,
                    0,
                    Long.MIN_VALUE,
                    1);
            assertArrayEquals(new float[] {NAN, NAN, 0}, loss.floats());
        }
    }

    @Test
    void accuracyCountsTheFirstLargest() {
        try (Memory scores = Memory.of(1, 3, 3, 1, 3, 3, NAN, 1, 0, 5, 1, NAN, 2, 1, 0, 0, 0, 0);
                Memory labels = Memory.of(1, 2, 1, 0, 0, 7);
                Memory correct = Memory.floats(6)) {
            Native.schuss_accuracy(scores.address, labels.address, correct.address, 6, 3, 1);
            assertArrayEquals(new float[] {1, 0, 0, 0, 1, 0}, correct.floats());
        }
    }

    @Test
    void accumulateAddsUnlessSkipped() {
        try (Memory x = Memory.of(1, 2, 3.5f);
                Memory total = Memory.of(0L);
                Memory skip = Memory.of(1)) {
            Native.schuss_accumulate(x.address, total.address, 0, 0, 3, 1, 1);
            Native.schuss_accumulate(x.address, total.address, skip.address, 0, 3, 1, 1);
            assertEquals(6.5, total.doubleValue());
        }
    }

    @Test
    void dropoutDrawsPhilox() {
        long seed = 0x9abcdef012345678L;
        long step = 42;
        float rate = 0.3f;
        float[] x = random(LARGE, 1);
        double[] expected = new double[LARGE];
        int kept = 0;
        for (int i = 0; i < LARGE; i++) {
            int[] words = philox(i / 4, 0, (int) step, 7, (int) seed, (int) (seed >>> 32));
            boolean keep = (words[i % 4] >>> 8) * 0x1p-24f >= rate;
            kept += keep ? 1 : 0;
            expected[i] = keep ? x[i] * (1 / (1 - rate)) : 0;
        }
        assertEquals(0.7, kept / (double) LARGE, 0.01);
        try (Memory in = Memory.of(x);
                Memory random = Memory.of(seed, step)) {
            sameForAnyThreads(
                    "dropout",
                    LARGE,
                    expected,
                    0,
                    (y, threads) -> Native.schuss_dropout(
                            in.address, random.address, y, 7, rate, 1 / (1 - rate), 1, 1, LARGE, threads));
        }
        // The generator itself, against the vectors published with it.
        assertArrayEquals(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, philox(0, 0, 0, 0, 0, 0));
        assertArrayEquals(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, philox(-1, -1, -1, -1, -1, -1));
    }

    /** Philox 4x32-10 once more, in Java. */
    private static int[] philox(int c0, int c1, int c2, int c3, int k0, int k1) {
        for (int round = 0; round < 10; round++) {
            long product0 = 0xD2511F53L * (c0 & 0xffffffffL);
            long product1 = 0xCD9E8D57L * (c2 & 0xffffffffL);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return new int[] {c0, c1, c2, c3};
    }

    @Test
    void guardTripsOnWhatIsNotFinite() {
        float[] gradients = random(LARGE, 3);
        assertGuard(gradients, 1, false);
        assertGuard(gradients, NAN, true);
        assertGuard(new float[] {}, 1, false);
        assertGuard(new float[] {1e25f, 1e25f}, 1, false);
        assertGuard(new float[] {1e-25f, 2e-25f}, 1, false);
        gradients[LARGE - 2] = INFINITY;
        assertGuard(gradients, 1, true);
        gradients[LARGE - 2] = NAN;
        assertGuard(gradients, 1, true);
    }

    private static void assertGuard(float[] gradients, float loss, boolean trips) {
        double squares = 0;
        for (float gradient : gradients) {
            squares += (double) gradient * gradient;
        }
        try (Memory g = Memory.of(gradients);
                Memory lossAt = Memory.of(loss);
                Memory tripped = Memory.of(0);
                Memory scratch = Memory.bytes(Native.schuss_guard_scratch(gradients.length))) {
            sameForAnyThreads(
                    "norm",
                    1,
                    new double[] {Math.sqrt(squares)},
                    1e-6,
                    (norm, threads) -> Native.schuss_guard(
                            lossAt.address,
                            g.address,
                            gradients.length,
                            norm,
                            tripped.address,
                            scratch.address,
                            threads));
            assertEquals(trips ? 1 : 0, tripped.intValue());
        }
    }

    @Test
    void loadingAgainIsNothing() {
        Native.load();
        String isa = Native.schuss_isa();
        Native.load();
        assertEquals(isa, Native.schuss_isa());
        IllegalStateException problem =
                assertThrows(IllegalStateException.class, () -> Native.check(Native.schuss_initialise("none")));
        assertSame(IllegalStateException.class, problem.getClass());
    }

    /** A kernel that writes its result to {@code y}. */
    interface Kernel {
        int run(long y, int threads);
    }

    static void sameForAnyThreads(String what, int n, double[] expected, double tolerance, Kernel kernel) {
        sameForAnyThreads(what, n, new float[n], expected, tolerance, kernel);
    }

    /** Within the tolerance of what is expected on one thread, and bit for bit that on several. */
    static void sameForAnyThreads(
            String what, int n, float[] before, double[] expected, double tolerance, Kernel kernel) {
        float[] first = null;
        for (int threads : new int[] {1, 2, 3, 8}) {
            try (Memory y = Memory.of(before)) {
                Native.check(kernel.run(y.address, threads));
                float[] got = y.floats();
                if (first == null) {
                    assertClose(what, expected, got, tolerance);
                    first = got;
                }
                assertArrayEquals(first, got, what + " on " + threads + " threads");
            }
        }
        assertEquals(n, expected.length);
    }

    static void assertClose(String what, double[] expected, float[] got, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            float rounded = (float) expected[i];
            boolean same = rounded == got[i] || (Float.isNaN(rounded) && Float.isNaN(got[i]));
            double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
            if (!same && !(Math.abs(expected[i] - got[i]) <= allowed)) {
                throw new AssertionError(what + ", element " + i + ": expected " + expected[i] + ", got " + got[i]);
            }
        }
    }

    static float[] random(int n, float scale) {
        Random random = new Random(nextSeed++);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian() * scale;
        }
        return values;
    }
}
