package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.MonteCarloPrediction;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.losses.Loss;
import schuss.optim.Sgd;
import schuss.train.Trainer;

/** What is random in training, seen through Monte Carlo predictions, against the formulas of its mean and spread. */
@Tag("device")
final class NoiseTest {
    private static final double DEVIATIONS = 5; // a right result is outside once in two million

    private static MonteCarloPrediction sample(Layer layer, Shape input, float[] x, int samples) {
        try (Device device = TestDevice.open(2);
                Model model = Model.create(layer, input, device, 1)) {
            return model.predictDistribution(x, samples, 42);
        }
    }

    private static float[] predict(Layer layer, Shape input, float[] x) {
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, input, device, 1)) {
            return model.predict(x);
        }
    }

    /** Examples 1, 2, 3, ... of so many equal numbers. */
    private static float[] steps(int examples, int size) {
        float[] x = new float[examples * size];
        for (int i = 0; i < x.length; i++) {
            x[i] = 1 + i / size;
        }
        return x;
    }

    @Test
    void bothFormsOfDropoutHaveOneMean() {
        Shape input = Shape.of(1000);
        float[] x = steps(3, 1000);
        Dropout inverted = Dropout.drop(0.2);
        assertArrayEquals(x, predict(inverted, input, x));
        float[] scaled = predict(inverted.weightScaling(), input, x);
        for (Dropout form : List.of(inverted, inverted.weightScaling())) {
            double factor = form.inverted() ? 1 / 0.8 : 1;
            int kept = 0;
            for (float[] sample : sample(form, input, x, 20).samples()) {
                for (int i = 0; i < x.length; i++) {
                    assertTrue(sample[i] == 0 || sample[i] == (float) (x[i] * factor), sample[i] + " of " + x[i]);
                    kept += sample[i] == 0 ? 0 : 1;
                }
            }
            int draws = 20 * x.length;
            assertEquals(0.8, kept / (double) draws, DEVIATIONS * Math.sqrt(0.2 * 0.8 / draws));
        }
        for (int i = 0; i < x.length; i++) {
            assertEquals(0.8 * x[i], scaled[i], 1e-6 * x[i]);
        }
    }

    @Test
    void spatialDropoutDropsWholeChannels() {
        int channels = 50;
        int places = 12;
        int examples = 40;
        float[] x = steps(examples, places * channels);
        Set<List<Boolean>> masks = new HashSet<>();
        int kept = 0;
        for (float[] sample :
                sample(new SpatialDropout(0.3), Shape.of(3, 4, channels), x, 10).samples()) {
            for (int example = 0; example < examples; example++) {
                int first = example * places * channels;
                List<Boolean> mask = new ArrayList<>();
                for (int channel = 0; channel < channels; channel++) {
                    mask.add(sample[first + channel] != 0);
                    kept += mask.get(channel) ? 1 : 0;
                    for (int place = 0; place < places; place++) {
                        float expected = mask.get(channel) ? (float) ((1 + example) * (1 / 0.7)) : 0;
                        assertEquals(expected, sample[first + place * channels + channel], 1e-6 * expected);
                    }
                }
                masks.add(mask);
            }
        }
        assertEquals(10 * examples, masks.size(), "a fresh mask for every sample and example");
        int draws = 10 * examples * channels;
        assertEquals(0.7, kept / (double) draws, DEVIATIONS * Math.sqrt(0.3 * 0.7 / draws));
        try (Device device = TestDevice.open()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Model.create(new SpatialDropout(0.3), Shape.of(), device, 1)
                            .close());
        }
    }

    @Test
    void noiseOnActivationsHasItsDeviation() {
        Shape input = Shape.of(1000);
        float[] x = steps(2, 1000);
        assertArrayEquals(x, predict(new GaussianNoise(0.3), input, x));
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        int draws = 20 * x.length;
        for (float[] sample : sample(new GaussianNoise(0.3), input, x, 20).samples()) {
            for (int i = 0; i < x.length; i++) {
                double noise = (sample[i] - x[i]) / 0.3;
                sum += noise;
                squares += noise * noise;
                fourth += noise * noise * noise * noise;
            }
        }
        assertEquals(0, sum / draws, DEVIATIONS * Math.sqrt(1.0 / draws));
        assertEquals(1, squares / draws, DEVIATIONS * Math.sqrt(2.0 / draws));
        assertEquals(3, fourth / draws, DEVIATIONS * Math.sqrt(96.0 / draws)); // E z^8 - 9 = 96
    }

    @Test
    void noiseOnWeightsIsOneForAllExamples() {
        Layer layer = new WeightNoise(new Dense(3), 0.1);
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, Shape.of(2), device, 1)) {
            model.setParameter("inner/weight", 1, 2, 3, 4, 5, 6);
            model.setParameter("inner/bias", 1, 1, 1);
            float[] x = {3, 4, 3, 4, 0, 0};
            assertArrayEquals(new float[] {20, 27, 34, 20, 27, 34, 1, 1, 1}, model.predict(x));
            int samples = 2000;
            MonteCarloPrediction distribution = model.predictDistribution(x, samples, 9);
            for (float[] sample : distribution.samples()) {
                assertArrayEquals(Arrays.copyOf(sample, 3), Arrays.copyOfRange(sample, 3, 6));
                assertArrayEquals(new float[] {1, 1, 1}, Arrays.copyOfRange(sample, 6, 9)); // no noise on biases
            }
            // x n has the deviation 0.1 |x| = 0.5
            double error = 0.5 / Math.sqrt(2.0 * samples);
            for (int i = 0; i < 3; i++) {
                assertEquals(20 + 7 * i, distribution.mean()[i], DEVIATIONS * 0.5 / Math.sqrt(samples));
                assertEquals(0.5, distribution.standardDeviation()[i], DEVIATIONS * error);
            }
        }
    }

    @Test
    void aWeightThatIsUsedTwiceHasOneNoise() {
        Dense dense = new Dense(4);
        Layer difference = (scope, x) -> scope.apply("d", dense, x).sub(scope.apply("d", dense, x));
        MonteCarloPrediction none = sample(new WeightNoise(difference, 1), Shape.of(2), new float[] {1, 2}, 5);
        assertArrayEquals(new float[4], none.standardDeviation());
        Layer apart = (scope, x) ->
                scope.apply("a", new WeightNoise(dense, 1), x).sub(scope.apply("b", new WeightNoise(dense, 1), x));
        MonteCarloPrediction some = sample(apart, Shape.of(2), new float[] {1, 2}, 5);
        assertTrue(some.standardDeviation()[0] > 0);
    }

    @Test
    void noisyWeightsAreTrainedThroughTheirNoise() {
        // The loss is the output itself: d (w + n) x / dw = x, whatever the noise.
        Loss output = (y, target) -> y.mean(-1);
        Layer layer = new WeightNoise(new Dense(1).withoutBias(), 10);
        try (Device device = TestDevice.open();
                Model model = Model.create(layer, Shape.of(2), device, 1)) {
            model.setParameter("inner/weight", 0, 0);
            Dataset data = Dataset.of(new float[] {2, 3}, Shape.of(2), new float[] {0}, Shape.of(1));
            double loss = Trainer.of(model, output, new Sgd(0.5))
                    .fit(data)
                    .last()
                    .values()
                    .get("loss");
            assertNotEquals(0, loss); // n x
            assertArrayEquals(new float[] {-1, -1.5f}, model.parameter("inner/weight"));
        }
    }
}
