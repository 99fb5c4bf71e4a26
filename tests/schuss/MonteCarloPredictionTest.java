package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Embedding;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;

@Tag("device")
class MonteCarloPredictionTest {
    private static final Shape INPUT = Shape.of(6);

    private static Layer network() {
        return Sequential.of(new Dense(40), new Relu(), Dropout.drop(0.5), new Dense(3));
    }

    private static float[] examples(int count) {
        float[] x = new float[6 * count];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 6 - 2; // all alike: only masks can tell them apart
        }
        return x;
    }

    @Test
    void meanDeviationAndQuantilesOfNumbers() {
        MonteCarloPrediction four = new MonteCarloPrediction(
                List.of(new float[] {1, -1}, new float[] {5, -1}, new float[] {2, -1}, new float[] {4, -1}));
        assertArrayEquals(new float[] {3, -1}, four.mean());
        assertArrayEquals(new float[] {(float) Math.sqrt(10 / 3.0), 0}, four.standardDeviation());
        assertArrayEquals(new float[] {1, -1}, four.quantile(0));
        assertArrayEquals(new float[] {3, -1}, four.quantile(0.5));
        assertArrayEquals(new float[] {4.7f, -1}, four.quantile(0.9), 1e-6f);
        assertArrayEquals(new float[] {5, -1}, four.quantile(1));
        assertThrows(IllegalArgumentException.class, () -> four.quantile(1.1));
        assertThrows(IllegalArgumentException.class, () -> four.quantile(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new MonteCarloPrediction(List.of(new float[1])));
        assertThrows(
                IllegalArgumentException.class, () -> new MonteCarloPrediction(List.of(new float[1], new float[2])));
    }

    @Test
    void itsTextHasMeansAndDeviations() {
        MonteCarloPrediction two = new MonteCarloPrediction(List.of(new float[] {1, -1}, new float[] {3, -1}));
        assertEquals("2 samples of 2 numbers: 2.00 (1.41), -1.00 (0.00)", two.toString());
        String many = new MonteCarloPrediction(List.of(new float[11], new float[11])).toString();
        assertTrue(many.startsWith("2 samples of 11 numbers: 0.00 (0.00), ") && many.endsWith(", ..."), many);
        assertEquals(11, many.split(",").length, many); // ten and the dots
    }

    @Test
    void aSeedRepeatsItsSamplesOnEveryDevice() {
        float[] x = examples(20);
        try (Device cpu = TestDevice.open();
                Device two = TestDevice.open(2);
                Device reference = Device.reference();
                Model model = Model.create(network(), INPUT, cpu, 1);
                Model shared = Model.create(network(), INPUT, two, 1);
                Model right = Model.create(network(), INPUT, reference, 1)) {
            MonteCarloPrediction first = model.predictDistribution(x, 4, 7);
            MonteCarloPrediction again = model.predictDistribution(x, 4, 7);
            MonteCarloPrediction other = model.predictDistribution(x, 4, 8);
            for (int s = 0; s < 4; s++) {
                assertArrayEquals(first.samples().get(s), again.samples().get(s));
                assertFalse(
                        Arrays.equals(first.samples().get(s), other.samples().get(s)));
                assertArrayEquals(
                        right.predictDistribution(x, 4, 7).samples().get(s),
                        first.samples().get(s),
                        1e-5f);
                assertArrayEquals(
                        right.predictDistribution(x, 4, 7).samples().get(s),
                        shared.predictDistribution(x, 4, 7).samples().get(s),
                        1e-5f);
            }
            assertArrayEquals(model.predict(x), model.predict(x)); // and predictions stay as they were
        }
    }

    @Test
    void everySampleOfEveryExampleHasAMaskOfItsOwn() {
        int examples = 600; // more than are predicted in one go
        try (Device device = TestDevice.open(2);
                Model model = Model.create(network(), INPUT, device, 1)) {
            Set<Float> seen = new HashSet<>();
            for (float[] sample :
                    model.predictDistribution(examples(examples), 3, 1).samples()) {
                for (int i = 0; i < examples; i++) {
                    seen.add(sample[3 * i]);
                }
            }
            // some 20 active units, half of them dropped: a repetition is rare, a repeated mask would be hundreds
            assertTrue(seen.size() > 3 * examples - 20, seen.size() + " different");
        }
    }

    @Test
    void theMeanIsThatOfTheMasks() {
        // y = sum of four kept-or-not 2 x_i: mean sum x, variance sum x^2
        Layer layer = Sequential.of(Dropout.drop(0.5), new Dense(1).withoutBias());
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, Shape.of(4), device, 1)) {
            model.setParameter("1.dense/weight", 1, 1, 1, 1);
            int samples = 4000;
            MonteCarloPrediction distribution = model.predictDistribution(new float[] {1, 2, 3, 4}, samples, 3);
            double deviation = Math.sqrt(30);
            assertEquals(10, distribution.mean()[0], 5 * deviation / Math.sqrt(samples));
            assertEquals(deviation, distribution.standardDeviation()[0], 5 * deviation / Math.sqrt(2 * samples));
            assertEquals(0, distribution.quantile(0)[0]); // one in sixteen drops all
            assertEquals(20, distribution.quantile(1)[0]);
            assertArrayEquals(new float[] {10}, model.predict(new float[] {1, 2, 3, 4}));
        }
    }

    @Test
    void onlyDropoutIsAsInTraining() {
        Layer asks = (scope, x) -> scope.batchStatistics() ? x.mul(Double.NaN) : scope.dropout() ? x.mul(2) : x;
        try (Device device = Device.reference();
                Model model = Model.create(asks, Shape.of(1), device, 1)) {
            assertArrayEquals(new float[] {3}, model.predict(new float[] {3}));
            assertArrayEquals(
                    new float[] {6},
                    model.predictDistribution(new float[] {3}, 2, 1).mean());
        }
    }

    @Test
    void integersAreSampledToo() {
        Layer layer = Sequential.of(new Embedding(9, 4), Dropout.drop(0.5), new Flatten(), new Dense(2));
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, new Spec("words", DType.I32, Shape.of(3)), device, 1)) {
            MonteCarloPrediction distribution = model.predictDistribution(new int[] {1, 8, 0}, 5, 1);
            assertNotEquals(0, distribution.standardDeviation()[0]);
            assertThrows(IllegalArgumentException.class, () -> model.predictDistribution(new float[3], 5, 1));
            assertThrows(IllegalArgumentException.class, () -> model.predictDistribution(new int[3], 1, 1));
        }
    }

    @Test
    void aSampleAllocatesNothingButItsResult() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Device device = TestDevice.open();
                Model model = Model.create(network(), INPUT, device, 1)) {
            float[] x = examples(4);
            model.predictDistribution(x, 2000, 1);
            long bytes = device.allocatedBytes();
            long before = threads.getCurrentThreadAllocatedBytes();
            model.predictDistribution(x, 1000, 1);
            long few = threads.getCurrentThreadAllocatedBytes() - before;
            before = threads.getCurrentThreadAllocatedBytes();
            model.predictDistribution(x, 2000, 1);
            long many = threads.getCurrentThreadAllocatedBytes() - before;
            int result = 16 + 12 * Float.BYTES + 3 * Long.BYTES; // an array of 12, and its places in lists
            assertTrue(many - few <= 1000L * result, few + " and " + many);
            assertEquals(bytes, device.allocatedBytes());
        }
    }
}
