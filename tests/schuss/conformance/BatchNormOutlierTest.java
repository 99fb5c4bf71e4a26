package schuss.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Shape;
import schuss.TestDevice;
import schuss.ops.BatchNorm;
import schuss.ops.Type;

/** Batch norm where the few rows that a part of rows takes its shift from are unlike all others. */
@Tag("conformance")
@Tag("device")
class BatchNormOutlierTest {
    private static final int ROWS = 4099;
    private static final int CHANNELS = 5;
    /** A part has 16 rows at least and 2048 at most; here 4099 rows joined by 16 make 16 parts of 16. */
    private static final int PART = 16;

    /**
     * With n rows in a part and the shift c the mean of 8 of them, n (c - mean)^2 <= n / 8 of the part's squared
     * deviations (Cauchy): sums of squares are at most 1 + n / 8 times what they should be, and so is their error.
     */
    @Test
    void theVarianceIsStillThere() {
        Random random = new Random(5);
        double[] x = new double[ROWS * CHANNELS];
        for (int i = 0; i < x.length; i++) {
            boolean first = i / CHANNELS / 16 % PART == 0; // of each part, the first joined row
            x[i] = (float) (random.nextGaussian() + (first ? 1e5 : 0));
        }
        Steps steps = new Steps();
        steps.apply(
                new BatchNorm(1e-5),
                List.of(
                        steps.input(Type.f32(Shape.of(ROWS, CHANNELS))),
                        steps.input(Type.f32(Shape.of(CHANNELS))),
                        steps.input(Type.f32(Shape.of(CHANNELS)))));
        double[][] inputs = {x, {1, 1, 1, 1, 1}, {0, 0, 0, 0, 0}};
        try (Device reference = Device.reference();
                Device cpu = TestDevice.open(2)) {
            double[][] expected = new Machine(reference).run(steps.steps().get(0), inputs);
            double[][] actual = new Machine(cpu).run(steps.steps().get(0), inputs);
            double roundings = 4 * Math.sqrt(PART) * (1 + PART / 8.0) * 0x1p-24;
            for (int channel = 0; channel < CHANNELS; channel++) {
                double deviation = Math.sqrt(expected[2][channel]);
                assertEquals(expected[1][channel], actual[1][channel], 2 * roundings * deviation);
                assertEquals(expected[2][channel], actual[2][channel], 4 * roundings * expected[2][channel]);
            }
        }
    }
}
