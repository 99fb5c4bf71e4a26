package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static schuss.backend.cpu.NativeTest.assertClose;
import static schuss.backend.cpu.NativeTest.random;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Matrix products of every provider against plain loops in double. */
@Tag("conformance")
class NativeProductTest {
    private static final long[] NO = {}; // axes of a stack

    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void matrixProductsOfAllProviders() {
        int[][] shapes = {
            {1, 1, 1},
            {1, 784, 500},
            {1, 500, 10},
            {1, 37, 16},
            {1, 5, 145},
            {1, 3, 3},
            {1, 700, 259},
            {3, 5, 7},
            {33, 17, 10},
            {64, 100, 65},
            {5, 300, 129}
        };
        int checked = 0;
        for (int[] shape : shapes) {
            for (int provider = 0; provider < 3; provider++) {
                for (int transposes = 0; transposes < 4; transposes++) {
                    if (provider == 2 && (shape[0] != 1 || transposes >= 2)) {
                        continue;
                    }
                    for (int activation = 0; activation <= 4; activation++) {
                        assertProduct(provider, shape, transposes >= 2, transposes % 2 == 1, activation);
                        checked++;
                    }
                }
            }
        }
        assertEquals(shapes.length * 40 + 7 * 10, checked);
        assertEquals(0, Native.schuss_matmul_prepare(2, 2, 3, 4, 0, 0, NO, NO, NO, 0, 0, 0, 0, new long[1], 1));
        assertEquals(
                "matmul, own kernel: expected one row and no transposed a, got m = 2, transpose_a = 0",
                Native.schuss_last_error());
    }

    @Test
    void stacksWithoutExtentsAreRefused() {
        for (int provider = 0; provider < 2; provider++) {
            long[] none = {0};
            assertEquals(
                    0, Native.schuss_matmul_prepare(provider, 2, 3, 4, 0, 0, none, none, none, 1, 0, 0, 0, none, 1));
            assertEquals("matmul: expected a stack of extents of at least 1, got 0", Native.schuss_last_error());
        }
        long[] one = {3};
        assertEquals(0, Native.schuss_matmul_prepare(2, 1, 3, 4, 0, 0, one, one, one, 1, 0, 0, 0, one, 1));
        assertEquals("matmul, own kernel: expected one product, got 3", Native.schuss_last_error());
    }

    private static void assertProduct(
            int provider, int[] shape, boolean transposeA, boolean transposeB, int activation) {
        int m = shape[0];
        int k = shape[1];
        int n = shape[2];
        boolean withBias = activation != 2;
        float[] a = random(m * k, 1);
        float[] b = random(k * n, 1);
        float[] bias = random(n, 1);
        double[] expected = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = withBias ? bias[j] : 0;
                for (int l = 0; l < k; l++) {
                    sum += (double) a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j];
                }
                int at = i * n + j;
                expected[at] = switch (activation) {
                    case 1 -> Math.max(sum, 0);
                    case 2 -> sum < 0 ? 0.1f * sum : sum;
                    case 3 -> 1 / (1 + Math.exp(-sum));
                    case 4 -> Math.tanh(sum);
                    default -> sum;
                };
            }
        }
        try (Memory aAt = Memory.of(a);
                Memory bAt = Memory.of(b);
                Memory biasAt = Memory.of(bias);
                Memory c = Memory.floats(m * n)) {
            for (int threads = 1; threads <= 2; threads++) {
                long[] scratchBytes = new long[1];
                long prepared = Native.schuss_matmul_prepare(
                        provider,
                        m,
                        k,
                        n,
                        transposeA ? 1 : 0,
                        transposeB ? 1 : 0,
                        NO,
                        NO,
                        NO,
                        0,
                        withBias ? 1 : 0,
                        activation,
                        0.1f,
                        scratchBytes,
                        threads);
                assertNotEquals(0, prepared, Native.schuss_last_error());
                try (Memory scratch = Memory.bytes(scratchBytes[0])) {
                    long bound = Native.schuss_product_bind(
                            prepared,
                            aAt.address,
                            bAt.address,
                            withBias ? biasAt.address : 0,
                            c.address,
                            scratch.address);
                    Native.check(Native.schuss_product_run(bound));
                    Native.schuss_product_unbind(bound);
                }
                Native.schuss_product_release(prepared);
                String what = "provider " + provider + ", " + m + "x" + k + "x" + n + ", transposes " + transposeA + " "
                        + transposeB + ", activation " + activation + ", threads " + threads;
                assertClose(what, expected, c.floats(), 2e-6 * Math.sqrt(k) * 3);
            }
        }
    }
}
