package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.evaluation.ClassificationReport;
import schuss.layers.Layer;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.MeanAbsoluteError;
import schuss.metrics.RSquared;
import schuss.metrics.RootMeanSquaredError;
import schuss.metrics.TopK;
import schuss.optim.Adam;
import schuss.optim.Sgd;

/** Metrics on devices and reports, against the examples in scikit-learn's documentation and counts of their own. */
@Tag("device")
class MetricTest {
    private static final Layer NOTHING = (scope, x) -> x;

    /** r2_score, mean_absolute_error, mean_squared_error. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void regression(Device device) {
        float[] predicted = {2.5f, 0, 2, 8};
        float[] targets = {3, -0.5f, 2, 7};
        Dataset data = Dataset.of(predicted, Shape.of(1), targets, Shape.of(1));
        try (device;
                Model model = Model.create(NOTHING, Shape.of(1), device, 1)) {
            Map<String, Double> values = Trainer.of(model, new MeanSquaredError(), new Sgd(1))
                    .withMetric(new RSquared())
                    .withMetric(new MeanAbsoluteError())
                    .withMetric(new RootMeanSquaredError())
                    .evaluate(data);
            assertEquals(0.948, values.get("r2"), 1e-3);
            assertEquals(0.5, values.get("mae"), 1e-6);
            assertEquals(Math.sqrt(0.375), values.get("rmse"), 1e-6);
            assertEquals(0.375, values.get("loss"), 1e-6);
        }
    }

    /** top_k_accuracy_score. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void topK(Device device) {
        float[][] scores = {{0.5f, 0.2f, 0.2f}, {0.3f, 0.4f, 0.2f}, {0.2f, 0.4f, 0.3f}, {0.7f, 0.2f, 0.1f}};
        Dataset data = Dataset.of(scores, Shape.of(3), new int[] {0, 1, 2, 2}, 3);
        try (device;
                Model model = Model.create(NOTHING, Shape.of(3), device, 1)) {
            Map<String, Double> values = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(1))
                    .withMetric(new TopK(2))
                    .withMetric(new TopK(3))
                    .withMetric(new Accuracy())
                    .evaluate(data);
            assertEquals(0.75, values.get("top-2 accuracy"));
            assertEquals(1, values.get("top-3 accuracy"));
            assertEquals(0.5, values.get("accuracy"));
        }
    }

    /** Scores of few values, so that many are equal; some are no numbers. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void topOneIsAccuracyOfTiesToo(Device device) {
        Unchecked data = Unchecked.plain(300);
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            for (int k = 0; k < 4; k++) {
                data.x()[i][k] = i % 50 == 7 && k == i % 4 ? Float.NaN : random.nextInt(3);
            }
        }
        try (device;
                Model model = Model.create(NOTHING, Shape.of(4), device, 1)) {
            Map<String, Double> values = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(1))
                    .withMetric(new TopK(1))
                    .withMetric(new Accuracy())
                    .evaluate(data);
            assertEquals(values.get("accuracy"), values.get("top-1 accuracy"));
            assertTrue(values.get("accuracy") > 0.1 && values.get("accuracy") < 0.9, values.toString());
        }
    }

    @Test
    void reportsAgreeWithMetrics() {
        Dataset data = Digits.of(601, 8);
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            Trainer trainer = Digits.trainer(model, new Adam(0.01)).withMetric(new Accuracy());
            trainer.withEpochs(3).fit(Digits.of(600, 9));
            ClassificationReport report = ClassificationReport.of(model, data);
            assertEquals(
                    trainer.evaluate(data).get("accuracy"), report.confusion().accuracy(), 1e-12);
            assertEquals(601, report.confusion().count());
            assertTrue(report.macroArea() > 0.8 && report.macroArea() < 1, "area " + report.macroArea());
            assertEquals(10 + 3, report.toString().lines().count());
        }
    }

    /** The area is that of the probability of class 1, and a half is the border. */
    @Test
    void oneOutputTellsTwoClassesApart() {
        float[] probabilities = {0.1f, 0.4f, 0.35f, 0.8f};
        Dataset data = Dataset.of(probabilities, Shape.of(1), new float[] {0, 0, 1, 1}, Shape.of(1));
        try (Device device = TestDevice.open();
                Model model = Model.create(NOTHING, Shape.of(1), device, 1)) {
            ClassificationReport report = ClassificationReport.of(model, data);
            assertEquals(0.75, report.areas().get(1), 1e-12);
            assertEquals(0.75, report.areas().get(0), 1e-12);
            assertEquals(1, report.confusion().count(1, 0));
            assertEquals(2, report.confusion().count(0, 0));
            Dataset half = Dataset.of(probabilities, Shape.of(1), new float[] {0, 0.5f, 1, 1}, Shape.of(1));
            assertThrows(IllegalArgumentException.class, () -> ClassificationReport.of(model, half));
        }
    }
}
