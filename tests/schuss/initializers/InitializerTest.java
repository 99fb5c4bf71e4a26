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
    void constantsAndErrors() {
        assertArrayEquals(new float[6], draw(Initializer.zeros(), Shape.of(2, 3), 1));
        float[] halves = new float[6];
        Arrays.fill(halves, 0.5f);
        assertArrayEquals(halves, draw(Initializer.constant(0.5), Shape.of(2, 3), 1));
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> draw(Initializer.normal(bad), DENSE, 1));
            assertThrows(IllegalArgumentException.class, () -> draw(Initializer.uniform(bad), DENSE, 1));
        }
    }
}
