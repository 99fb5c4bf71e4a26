package schuss.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.backend.Computation;
import schuss.backend.Run;
import schuss.data.Dataset;
import schuss.losses.MeanSquaredError;
import schuss.optim.Sgd;
import schuss.train.Trainer;

/** What layers add to the ops of normalisation: running averages, errors, names. */
@Tag("device")
class NormalizationTest {
    private static Dataset data(float... x) {
        return Dataset.of(x, Shape.of(1), new float[x.length], Shape.of(1));
    }

    @Test
    void batchNormTrainsOnTheBatchAndPredictsByRunningAverages() {
        for (Device device : new Device[] {Device.reference(), TestDevice.open(2)}) {
            try (device;
                    Model model = Model.create(new BatchNorm().withMomentum(0.5), Shape.of(1), device, 1)) {
                assertArrayEquals(new float[] {3}, model.predict(new float[] {3}), 2e-5f); // of 0 and 1
                Trainer trainer =
                        Trainer.of(model, new MeanSquaredError(), new Sgd(0)).withBatchSize(4);
                trainer.fit(data(1, 2, 3, 6));
                // mean 3, sum of squared deviations 14, by 3 for the running variance
                assertArrayEquals(new float[] {1.5f}, model.parameter("running_mean"), 1e-6f);
                assertArrayEquals(new float[] {0.5f + 14 / 6f}, model.parameter("running_variance"), 1e-6f);
                trainer.evaluate(data(100, 300, 500, 700));
                assertArrayEquals(new float[] {1.5f}, model.parameter("running_mean"), 1e-6f);
                model.setParameter("scale", 2);
                model.setParameter("shift", -1);
                double expected = (5 - 1.5) / Math.sqrt(0.5 + 14 / 6.0 + 1e-5) * 2 - 1;
                assertArrayEquals(new float[] {(float) expected}, model.predict(new float[] {5}), 1e-6f);
            }
        }
    }

    /** What is its own mean is 0 whatever it is: nothing in front of it has a gradient, and its scale has none. */
    @Test
    void theGradientOfOneNumberNormalisedIsZero() {
        for (Device device : new Device[] {Device.reference(), TestDevice.open(), TestDevice.open(2)}) {
            try (device) {
                expectNoGradient(device, 1, new LayerNorm());
                expectNoGradient(device, 1, new LayerNorm().withEpsilon(1e-12));
                for (int channels : new int[] {1, 3, 16, 40}) {
                    expectNoGradient(device, channels, new GroupNorm(channels));
                    expectNoGradient(
                            device,
                            channels,
                            Sequential.of(new Reshape(Shape.of(channels, 1)), new LayerNorm(), new Flatten()));
                    expectNoGradient(
                            device,
                            channels,
                            Sequential.of(
                                    new Reshape(Shape.of(1, 1, channels)), new GroupNorm(channels), new Flatten()));
                }
            }
        }
    }

    private static void expectNoGradient(Device device, int width, Layer norm) {
        int batch = 7;
        Spec spec = new Spec("input", DType.F32, Shape.of(batch, width));
        Computation gradients = Computation.gradients(
                norm,
                spec,
                new Spec("target", DType.F32, Shape.of(batch, width)),
                new MeanSquaredError(),
                Computation.Gradients.ALL);
        double[] x = new double[batch * width];
        double[] t = new double[batch * width];
        double[] dShift = new double[width];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (1 + Math.sin(1.3 * i));
            t[i] = (float) Math.cos(2.1 * i);
            dShift[i % width] += 2 * (0.3f - t[i]) / x.length;
        }
        try (Run run = new Run(device, gradients)) {
            String scale = one(run.parameters().keySet(), "scale");
            String shift = one(run.parameters().keySet(), "shift");
            double[] scales =
                    new double[(int) run.parameters().get(scale).shape().size()];
            double[] shifts = new double[scales.length];
            Arrays.setAll(scales, i -> (float) (0.7 + 0.1 * i));
            Arrays.fill(shifts, 0.3f);
            run.setParameter(scale, scales);
            run.setParameter(shift, shifts);
            run.setInput(x);
            run.setTarget(t);
            run.run();
            for (double dx : run.output(Computation.INPUT_GRADIENT)) {
                assertEquals(0, Math.abs(dx), norm + " on " + device);
            }
            for (double g : run.gradient(scale)) {
                assertEquals(0, Math.abs(g), norm + " on " + device);
            }
            double[] expected = scales.length == width
                    ? dShift
                    : new double[] {Arrays.stream(dShift).sum()};
            assertArrayEquals(expected, run.gradient(shift), 1e-6, norm + " on " + device);
        }
    }

    private static String one(Set<String> paths, String ending) {
        return paths.stream().filter(path -> path.endsWith(ending)).findFirst().orElseThrow();
    }

    @Test
    void aBatchOfOneHasNoStatistics() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new BatchNorm(), Shape.of(1), device, 1)) {
            Trainer trainer =
                    Trainer.of(model, new MeanSquaredError(), new Sgd(0)).withBatchSize(1);
            String message = assertThrows(IllegalArgumentException.class, () -> trainer.fit(data(1, 2)))
                    .getMessage();
            assertTrue(message.contains("expected more than 1 value per channel"), message);
            assertArrayEquals(new float[] {0}, model.parameter("running_mean"));
        }
    }

    @Test
    void layerAndGroupNormKnowNoBatch() {
        float[] x = {1, 2, 3, 6};
        double r = 1 / Math.sqrt(14 / 4.0 + 1e-5);
        float[] whole = {(float) (-2 * r), (float) -r, 0, (float) (3 * r)};
        try (Device device = TestDevice.open()) {
            for (Layer layer : new Layer[] {new LayerNorm(), new GroupNorm(1)}) {
                try (Model model = Model.create(layer, Shape.of(4), device, 1)) {
                    assertArrayEquals(whole, model.predict(x), 1e-6f);
                }
            }
            try (Model model = Model.create(new LayerNorm().withAxes(2), Shape.of(2, 2), device, 1)) {
                assertArrayEquals(whole, model.predict(x), 1e-6f);
            }
            try (Model model = Model.create(new GroupNorm(2), Shape.of(4), device, 1)) {
                assertArrayEquals(new float[] {-1, 1, -1, 1}, model.predict(x), 3e-5f);
            }
        }
    }

    @Test
    void settingsAreChecked() {
        assertMessage("BatchNorm: expected a momentum in (0, 1], got 0.0", () -> new BatchNorm().withMomentum(0));
        assertMessage(
                "LayerNorm: expected epsilon greater than 0, got NaN", () -> new LayerNorm().withEpsilon(Double.NaN));
        assertMessage("GroupNorm: expected groups of at least 1, got 0", () -> new GroupNorm(0));
        try (Device device = TestDevice.open()) {
            assertMessage(
                    "expected channels that 3 groups divide, got 4",
                    () -> Model.create(new GroupNorm(3), Shape.of(4), device, 1));
        }
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(message.endsWith(expected), message);
    }

    @Test
    void poolingShapes() {
        try (Device device = TestDevice.open()) {
            float[] x = new float[5 * 7 * 2];
            for (int i = 0; i < x.length; i++) {
                x[i] = i;
            }
            assertEquals(2 * 3 * 2, size(new MaxPool2d(2), x, device, 5, 7, 2));
            assertEquals(3 * 4 * 2, size(new MaxPool2d(2).withPadding(Padding.same()), x, device, 5, 7, 2));
            assertEquals(4 * 6 * 2, size(new AvgPool2d(2).withStride(1), x, device, 5, 7, 2));
            assertEquals(17 * 2, size(new MaxPool1d(2), x, device, 35, 2));
            assertEquals(18 * 2, size(new AvgPool1d(2).withPadding(Padding.same()), x, device, 35, 2));
            assertEquals(2, size(new GlobalAveragePool(), x, device, 5, 7, 2));
            try (Model model = Model.create(new GlobalMaxPool(), Shape.of(5, 7, 2), device, 1)) {
                assertArrayEquals(new float[] {68, 69}, model.predict(x));
            }
            assertMessage(
                    "MaxPool2d: expected padding smaller than the window 2 x 2, got " + Padding.of(2),
                    () -> new MaxPool2d(2).withPadding(Padding.of(2)));
        }
    }

    private static int size(Layer layer, float[] x, Device device, int... shape) {
        try (Model model = Model.create(layer, Shape.of(shape), device, 1)) {
            return model.predict(x).length;
        }
    }
}
