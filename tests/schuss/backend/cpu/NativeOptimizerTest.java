package schuss.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static schuss.backend.cpu.NativeTest.random;
import static schuss.backend.cpu.NativeTest.sameForAnyThreads;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fused optimiser kernels against their formulas in double. */
@Tag("conformance")
class NativeOptimizerTest {
    @BeforeAll
    static void load() {
        Native.load();
    }

    @Test
    void optimisersFollowTheirFormulas() {
        int n = 64 * 701 + 13;
        byte[] groups = new byte[n / 64 + 1];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (byte) (i % 5 == 0 ? 1 : 0);
        }
        float[] coefficients = {
            0.05f, 0, 0, 0, 0.1f, 0.9f, 0.9f, 2e-3f, 0.99f, 1e-4f, 1e-3f, 0.2f, 0, 0, 0.02f, 0, 0.01f, 1, 0.5f, 0.7f,
            0.3f, 0.4f, 0.1f, 0
        };
        float[] p = random(n, 1);
        float[] g = random(n, 1);
        float[] m = random(n, 1);
        float[] v = random(n, 1);
        double[] sgd = new double[n];
        double[] momentum = new double[n];
        double[] adam = new double[n];
        float none = Float.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            v[i] = Math.abs(v[i]);
            int c = groups[i / 64] * 12;
            double kept = p[i] - (double) coefficients[c + 2] * p[i];
            double slope = g[i] + (double) coefficients[c] * p[i];
            c += 4;
            sgd[i] = kept - coefficients[c] * slope;
            double speed = coefficients[c] * (double) v[i] + coefficients[c + 1] * slope;
            momentum[i] = kept + coefficients[c + 2] * speed + coefficients[c + 3] * slope;
            double beta1 = (double) coefficients[c + 2] + coefficients[c + 3];
            double beta2 = (double) coefficients[c + 4] + coefficients[c + 5];
            double mean = beta1 * m[i] + (1 - beta1) * slope;
            double square = beta2 * v[i] + (1 - beta2) * slope * slope;
            adam[i] = kept
                    - (coefficients[c] * mean + coefficients[c + 7] * slope)
                            / (Math.sqrt(square * coefficients[c + 1]) + coefficients[c + 6]);
        }
        try (Memory gradients = Memory.of(g);
                Memory groupsAt = Memory.of(groups);
                Memory c = Memory.of(coefficients);
                Memory mean = Memory.of(m);
                Memory square = Memory.of(v);
                Memory skip = Memory.of(1);
                Memory untouched = Memory.of(p)) {
            sameForAnyThreads(
                    "sgd",
                    n,
                    p,
                    sgd,
                    1e-5,
                    (y, threads) -> Native.schuss_sgd_update(
                            y, gradients.address, groupsAt.address, c.address, 0, 0, none, n, threads));
            sameForAnyThreads("momentum", n, p, momentum, 1e-5, (y, threads) -> {
                square.set(v);
                return Native.schuss_momentum_update(
                        y, gradients.address, square.address, groupsAt.address, c.address, 0, 0, none, n, threads);
            });
            sameForAnyThreads("adam", n, p, adam, 1e-5, (y, threads) -> {
                mean.set(m);
                square.set(v);
                return Native.schuss_adam_update(
                        y,
                        gradients.address,
                        mean.address,
                        square.address,
                        groupsAt.address,
                        c.address,
                        0,
                        0,
                        none,
                        n,
                        threads);
            });
            Native.schuss_sgd_update(
                    untouched.address, gradients.address, groupsAt.address, c.address, skip.address, 0, none, n, 1);
            assertArrayEquals(p, untouched.floats());
        }
    }
}
