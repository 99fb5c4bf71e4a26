package schuss.train.diagnosis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Sgd;
import schuss.train.Digits;
import schuss.train.Trainer;

/** What an initialisation does to signals on their way through a net, told by the report and mended by unit variance. */
@Tag("device")
class UnitVarianceTest {
    private static final Dataset DIGITS = Digits.of(256, 3);

    /** Ten layers of tanh and one more, with weights N(0, 0.01). */
    private static Layer deep() {
        List<Layer> layers = new ArrayList<>(List.of(new Flatten()));
        for (int i = 0; i < 10; i++) {
            layers.add(new Dense(40).withWeights(Initializer.normal(0.01)));
            layers.add(new Tanh());
        }
        layers.add(new Dense(10).withWeights(Initializer.normal(0.01)));
        return new Sequential(layers);
    }

    private static double accuracy(Model model) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0.05))
                .withBatchSize(32)
                .withEpochs(15)
                .withMetric(new Accuracy())
                .fit(DIGITS)
                .last()
                .value("accuracy");
    }

    @Test
    void aDeepNetThatSmallNormalWeightsSilence() {
        try (Device device = TestDevice.open();
                Model model = Model.create(deep(), Shape.of(8, 8, 1), device, 42)) {
            InitializationReport before = InitializationReport.of(model, new SoftmaxCrossEntropy(), DIGITS);
            assertEquals(22, before.rows().size());
            InitializationReport.Row tenth = before.rows().get(19);
            assertEquals("19.dense", tenth.path());
            // each layer multiplies the variance by about 40 * 0.01^2
            assertTrue(tenth.variance() < 1e-20, before.toString());
            assertTrue(before.rows().get(1).gradientVariance() < 1e-18, before.toString());
            assertTrue(accuracy(model) < 0.25, "N(0, 0.01) learns nothing in so many layers");

            Map<String, Double> variances = new UnitVariance().initialize(model, DIGITS, 42);
            assertEquals(11, variances.size());
            variances.forEach((path, variance) -> assertEquals(1, variance, 0.01, path));
            InitializationReport after = InitializationReport.of(model, new SoftmaxCrossEntropy(), DIGITS);
            for (InitializationReport.Row row : after.rows()) {
                if (row.kind().equals("Dense")) {
                    assertEquals(variances.get(row.path()), row.variance(), 1e-6, row.path());
                    assertTrue(row.gradientVariance() > 1e-5, after.toString());
                }
            }
            assertTrue(accuracy(model) > 0.8, "unit variance learns");
        }
    }

    @Test
    void weightsStayOrthogonalAndFollowTheSeed() {
        try (Device device = TestDevice.open();
                Model model = Model.create(
                        Sequential.of(new Flatten(), new Dense(20), new Relu(), new Dense(5)),
                        Shape.of(8, 8, 1),
                        device,
                        1)) {
            new UnitVariance().initialize(model, DIGITS, 7);
            float[] w = model.parameter("1.dense/weight"); // (64, 20): columns orthogonal, of one length
            double length = dot(w, 0, 0);
            for (int i = 0; i < 20; i++) {
                for (int j = 0; j <= i; j++) {
                    assertEquals(i == j ? length : 0, dot(w, i, j), 1e-6 * length);
                }
            }
            new UnitVariance().initialize(model, DIGITS, 7);
            assertArrayEquals(w, model.parameter("1.dense/weight"));
            new UnitVariance().initialize(model, DIGITS, 8);
            assertFalse(Arrays.equals(w, model.parameter("1.dense/weight")));
        }
    }

    private static double dot(float[] w, int i, int j) {
        double sum = 0;
        for (int k = 0; k < 64; k++) {
            sum += (double) w[k * 20 + i] * w[k * 20 + j];
        }
        return sum;
    }

    @Test
    void dataOfAnotherShapeIsRefused() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(3), Shape.of(4), device, 1)) {
            Dataset wide = Dataset.of(new float[3000], Shape.of(1000), new int[3], 3);
            for (Runnable use : List.<Runnable>of(
                    () -> new UnitVariance().initialize(model, wide, 1),
                    () -> InitializationReport.of(model, new SoftmaxCrossEntropy(), wide))) {
                String message =
                        assertThrows(IllegalArgumentException.class, use::run).getMessage();
                assertTrue(message.contains("(4)") && message.contains("(1000)"), message);
            }
        }
    }

    @Test
    void outputsThatDoNotVaryAreRefused() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(3), Shape.of(4), device, 1)) {
            Dataset zeros = Dataset.of(new float[40], Shape.of(4), new int[10], 3);
            String message = assertThrows(
                            IllegalStateException.class, () -> new UnitVariance().initialize(model, zeros, 1))
                    .getMessage();
            assertTrue(message.contains("vary over the batch") && message.contains("0.0"), message);
        }
        assertThrows(IllegalArgumentException.class, () -> new UnitVariance(0, 3));
        assertThrows(IllegalArgumentException.class, () -> new UnitVariance(0.1, 0));
    }

    @Test
    void theReportByHand() {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                try (Model model =
                        Model.create(Sequential.of(new Dense(2).withoutBias(), new Relu()), Shape.of(2), device, 1)) {
                    model.setParameter("0.dense/weight", 1, -1, 0, 2);
                    // x w: (1, -1 + 2), (2, -2) of inputs (1, 1), (2, 0)
                    float[] x = {1, 1, 2, 0};
                    Dataset data = Dataset.of(x, Shape.of(2), new float[4], Shape.of(2));
                    List<InitializationReport.Row> rows = InitializationReport.of(model, new MeanSquaredError(), data)
                            .rows();
                    assertEquals(2, rows.size());
                    check(rows.get(0), "0.dense", 0.5, (0.25 + 0.25 + 2.25 + 6.25) / 4, 0);
                    check(rows.get(1), "1.relu", 1, (0 + 0 + 1 + 1) / 4.0, 0.25);
                    // the loss is the sum of squares / 4: its slopes are y / 2, y = 1, 1, 2, 0; times the batch of 2 y
                    assertEquals(0.5, rows.get(1).gradientVariance(), 1e-6);
                    assertEquals(0.5, rows.get(0).gradientVariance(), 1e-6); // 0 where ReLU rests, as y is
                }
            }
        }
    }

    private static void check(InitializationReport.Row row, String path, double mean, double variance, double zeros) {
        assertEquals(path, row.path());
        assertEquals(mean, row.mean(), 1e-6);
        assertEquals(variance, row.variance(), 1e-6);
        assertEquals(zeros, row.zeros(), 1e-12);
    }
}
