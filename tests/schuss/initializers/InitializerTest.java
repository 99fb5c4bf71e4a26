package schuss.initializers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import schuss.Philox;
import schuss.Shape;

class InitializerTest {
    private static final Shape DENSE = Shape.of(400, 100);
    private static final Shape CONVOLUTION = Shape.of(3, 3, 40, 80);

    private static float[] draw(Initializer initializer, Shape shape, long seed) {
        float[] values = new float[(int) shape.size()];
        initializer.initialize(shape, new Philox(seed, 0), values);
        return values;
    }

    @Test
    void fans() {
        assertEquals(400, Initializer.fanIn(DENSE));
        assertEquals(100, Initializer.fanOut(DENSE));
        assertEquals(3 * 3 * 40, Initializer.fanIn(CONVOLUTION));
        assertEquals(3 * 3 * 80, Initializer.fanOut(CONVOLUTION));
        assertEquals(7, Initializer.fanIn(Shape.of(7)));
        assertEquals(1, Initializer.fanIn(Shape.of()));
    }

    @Test
    void momentsFollowTheFans() {
        for (Shape shape : new Shape[] {DENSE, CONVOLUTION}) {
            double in = shape.equals(DENSE) ? 400 : 360;
            double out = shape.equals(DENSE) ? 100 : 720;
            normal(Initializer.normal(0.01), shape, 1e-4);
            normal(Initializer.glorotNormal(), shape, 2 / (in + out));
            normal(Initializer.heNormal(), shape, 2 / in);
            normal(Initializer.lecunNormal(), shape, 1 / in);
            uniform(Initializer.uniform(0.3), shape, 0.03);
            uniform(Initializer.glorotUniform(), shape, 2 / (in + out));
            uniform(Initializer.heUniform(), shape, 2 / in);
            uniform(Initializer.lecunUniform(), shape, 1 / in);
        }
    }

    private static double[] moments(float[] values) {
        double mean = 0;
        double square = 0;
        double largest = 0;
        for (float v : values) {
            mean += (double) v / values.length;
            square += (double) v * v / values.length;
            largest = Math.max(largest, Math.abs(v));
        }
        return new double[] {mean, square - mean * mean, largest};
    }

    private static void normal(Initializer initializer, Shape shape, double variance) {
        double[] m = check(initializer, shape, variance);
        assertTrue(m[2] > 3 * Math.sqrt(variance), "tails: " + m[2]); // not uniform, not cut off
    }

    private static void uniform(Initializer initializer, Shape shape, double variance) {
        double limit = Math.sqrt(3 * variance);
        double[] m = check(initializer, shape, variance);
        assertTrue(m[2] <= limit * (1 + 1e-6) && m[2] > 0.99 * limit, limit + ", got " + m[2]);
    }

    /** Five standard errors of mean and variance; those of a normal variance are the larger, sqrt(2/n). */
    private static double[] check(Initializer initializer, Shape shape, double variance) {
        float[] values = draw(initializer, shape, 42);
        double[] m = moments(values);
        assertEquals(0, m[0], 5 * Math.sqrt(variance / values.length));
        assertEquals(variance, m[1], 5 * variance * Math.sqrt(2.0 / values.length));
        assertArrayEquals(values, draw(initializer, shape, 42));
        assertFalse(Arrays.equals(values, draw(initializer, shape, 43)));
        return m;
    }

    @Test
    void orthogonalRowsOrColumns() {
        for (Shape shape : new Shape[] {
            Shape.of(1, 1),
            Shape.of(64, 64),
            Shape.of(100, 37),
            Shape.of(37, 100),
            Shape.of(3, 3, 7, 24),
            Shape.of(5, 80)
        }) {
            float[] w = draw(Initializer.orthogonal(1.5), shape, 42);
            int columns = shape.dim(-1);
            int rows = w.length / columns;
            boolean wide = rows < columns;
            for (int a = 0; a < Math.min(rows, columns); a++) {
                for (int b = 0; b <= a; b++) {
                    double product = 0;
                    for (int k = 0; k < Math.max(rows, columns); k++) {
                        product += wide
                                ? (double) w[a * columns + k] * w[b * columns + k]
                                : (double) w[k * columns + a] * w[k * columns + b];
                    }
                    assertEquals(a == b ? 1.5 * 1.5 : 0, product, 1e-6, shape + " " + a + " " + b);
                }
            }
            assertArrayEquals(w, draw(Initializer.orthogonal(1.5), shape, 42));
        }
    }

    @Test
    void orthogonalMatricesAreAllAsLikely() {
        // the diagonal of a 2 x 2 rotation or reflection is a cosine: mean 0, mean square 1/2, of both signs
        double sum = 0;
        double squares = 0;
        int positive = 0;
        for (int seed = 0; seed < 2000; seed++) {
            float[] w = draw(Initializer.orthogonal(), Shape.of(2, 2), seed);
            sum += w[0];
            squares += w[0] * w[0];
            positive += w[0] * w[3] - w[1] * w[2] > 0 ? 1 : 0; // the determinant
        }
        assertEquals(0, sum / 2000, 5 * Math.sqrt(0.5 / 2000));
        assertEquals(0.5, squares / 2000, 5 * Math.sqrt(0.125 / 2000)); // the variance of cos^2 is 1/8
        assertEquals(1000, positive, 5 * Math.sqrt(500));
    }

    @Test
    void sparseUnits() {
        float[] w = draw(Initializer.sparse(15, 0.5), DENSE, 42);
        int[] uses = new int[400];
        double squares = 0;
        for (int unit = 0; unit < 100; unit++) {
            int count = 0;
            for (int input = 0; input < 400; input++) {
                float v = w[input * 100 + unit];
                count += v == 0 ? 0 : 1;
                uses[input] += v == 0 ? 0 : 1;
                squares += v * v;
            }
            assertEquals(15, count);
        }
        assertEquals(0.25, squares / 1500, 5 * 0.25 * Math.sqrt(2.0 / 1500));
        // inputs are used binomially: mean 3.75; sum of (n - mean)^2 / mean is near 400 with deviation sqrt(800)
        double chi = Arrays.stream(uses)
                .mapToDouble(n -> (n - 3.75) * (n - 3.75) / 3.75)
                .sum();
        assertEquals(400, chi, 5 * Math.sqrt(800));
        float[] few = draw(Initializer.sparse(15, 1), Shape.of(3, 2), 1);
        for (float v : few) {
            assertTrue(v != 0, Arrays.toString(few)); // all of the three there are
        }
    }

    @Test
    void truncatedNormalsStayWithinTwoDeviations() {
        float[] values = draw(Initializer.truncatedNormal(0.1), CONVOLUTION, 42);
        double[] m = moments(values);
        // 1 - 2 * 2 * pdf(2) / (cdf(2) - cdf(-2)) = 0.773741 of the variance is left
        assertEquals(0.01 * 0.773741, m[1], 5 * 0.01 * Math.sqrt(2.0 / values.length));
        assertEquals(0, m[0], 5 * 0.1 / Math.sqrt(values.length));
        assertTrue(m[2] <= 0.2f && m[2] > 0.199, "largest: " + m[2]);
    }

    @Test
    void constantsAndErrors() {
        assertThrows(IllegalArgumentException.class, () -> Initializer.sparse(0, 1));
        assertThrows(IllegalArgumentException.class, () -> draw(Initializer.orthogonal(), Shape.of(5), 1));
        assertArrayEquals(new float[6], draw(Initializer.zeros(), Shape.of(2, 3), 1));
        float[] halves = new float[6];
        Arrays.fill(halves, 0.5f);
        assertArrayEquals(halves, draw(Initializer.constant(0.5), Shape.of(2, 3), 1));
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> draw(Initializer.normal(bad), DENSE, 1));
            assertThrows(IllegalArgumentException.class, () -> draw(Initializer.uniform(bad), DENSE, 1));
            assertThrows(IllegalArgumentException.class, () -> draw(Initializer.truncatedNormal(bad), DENSE, 1));
            assertThrows(IllegalArgumentException.class, () -> draw(Initializer.sparse(5, bad), DENSE, 1));
            assertThrows(IllegalArgumentException.class, () -> Initializer.orthogonal(bad));
        }
    }
}
