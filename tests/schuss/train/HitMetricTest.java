package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
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
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.losses.BinaryCrossEntropy;
import schuss.losses.Loss;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Auc;
import schuss.metrics.BinaryAccuracy;
import schuss.metrics.F1;
import schuss.metrics.Metric;
import schuss.metrics.Precision;
import schuss.metrics.Recall;
import schuss.metrics.RocCurve;
import schuss.metrics.SubsetAccuracy;
import schuss.optim.Adam;
import schuss.optim.Sgd;

/** Precision, recall, F1, exact match and AUC of an epoch: by hand, and counted in plain Java over several batches. */
@Tag("device")
class HitMetricTest {
    private static final Layer NOTHING = (scope, x) -> x;
    private static final int MANY = 700; // batches of evaluation have 256

    /** What a network that puts out its inputs comes to. */
    private static Map<String, Double> values(Device device, Loss loss, Dataset data, Metric... metrics) {
        try (Model model = Model.create(NOTHING, data.input(), device, 1)) {
            Trainer trainer = Trainer.of(model, loss, new Sgd(1));
            for (Metric metric : metrics) {
                trainer = trainer.withMetric(metric);
            }
            return trainer.evaluate(data);
        }
    }

    private static Metric[] all() {
        return new Metric[] {
            new Precision(),
            new Recall(),
            new F1(),
            new Precision().withMicroAverage(),
            new Recall().withMicroAverage(),
            new F1().withMicroAverage()
        };
    }

    /** The labels and predictions of scikit-learn's example for f1_score. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void classesByHand(Device device) {
        int[] labels = {0, 1, 2, 0, 1, 2};
        int[] predicted = {0, 2, 1, 0, 0, 1};
        float[][] scores = new float[6][3];
        for (int i = 0; i < 6; i++) {
            scores[i][predicted[i]] = 1;
        }
        try (device) {
            Map<String, Double> values =
                    values(device, new SoftmaxCrossEntropy(), Dataset.of(scores, Shape.of(3), labels, 3), all());
            assertEquals((2 / 3.0 + 0 + 0) / 3, values.get("precision"), 1e-12);
            assertEquals(1 / 3.0, values.get("recall"), 1e-12);
            assertEquals(0.8 / 3, values.get("f1"), 1e-12);
            assertEquals(1 / 3.0, values.get("micro precision"), 1e-12);
            assertEquals(1 / 3.0, values.get("micro recall"), 1e-12);
            assertEquals(1 / 3.0, values.get("micro f1"), 1e-12);
        }
    }

    /** Three examples of three labels, as logits. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void labelsByHand(Device device) {
        float[] targets = {0, 0, 0, 1, 1, 1, 0, 1, 1};
        float[] logits = {-1, -2, -1, 3, 1, 2, 1, 1, -4};
        try (device) {
            Map<String, Double> values = values(
                    device,
                    new BinaryCrossEntropy(),
                    Dataset.of(logits, Shape.of(3), targets, Shape.of(3)),
                    new Precision(),
                    new Recall(),
                    new F1(),
                    new Precision().withMicroAverage(),
                    new Recall().withMicroAverage(),
                    new F1().withMicroAverage(),
                    new BinaryAccuracy(),
                    new SubsetAccuracy());
            assertEquals((0.5 + 1 + 1) / 3, values.get("precision"), 1e-12);
            assertEquals((1 + 1 + 0.5) / 3, values.get("recall"), 1e-12);
            assertEquals((2 / 3.0 + 1 + 2 / 3.0) / 3, values.get("f1"), 1e-12);
            assertEquals(4 / 5.0, values.get("micro precision"), 1e-12);
            assertEquals(4 / 5.0, values.get("micro recall"), 1e-12);
            assertEquals(4 / 5.0, values.get("micro f1"), 1e-12);
            assertEquals(7 / 9.0, values.get("accuracy"), 1e-7);
            assertEquals(2 / 3.0, values.get("subset accuracy"), 1e-12);
        }
    }

    /** Of yes and no as probabilities: 3 taken for yes, 2 of them are, of 4 that are. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void oneOutputByHand(Device device) {
        float[] targets = {1, 1, 1, 1, 0, 0};
        float[] probabilities = {0.9f, 0.8f, 0.5f, 0.1f, 0.7f, 0.2f};
        Dataset data = Dataset.of(probabilities, Shape.of(1), targets, Shape.of(1));
        try (device) {
            Map<String, Double> values = values(
                    device,
                    new BinaryCrossEntropy().fromProbabilities(),
                    data,
                    new Precision().fromProbabilities(),
                    new Recall().fromProbabilities(),
                    new F1().fromProbabilities(),
                    new BinaryAccuracy().fromProbabilities(),
                    new SubsetAccuracy().fromProbabilities(),
                    new Auc().fromProbabilities());
            assertEquals(2 / 3.0, values.get("precision"), 1e-12);
            assertEquals(1 / 2.0, values.get("recall"), 1e-12);
            assertEquals(4 / 7.0, values.get("f1"), 1e-12);
            assertEquals(3 / 6.0, values.get("accuracy"), 1e-7);
            assertEquals(3 / 6.0, values.get("subset accuracy"), 1e-12);
            assertEquals((2 + 2 + 1 + 0) / 8.0, values.get("auc"), 1e-12);
            Map<String, Double> lower = values(
                    device, new BinaryCrossEntropy().fromProbabilities(), data, new Recall().withThreshold(0.05));
            assertEquals(1, lower.get("recall"));
        }
    }

    /** Means of batches would come to something else: one batch has all that is of a class. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void anEpochsF1IsNoMeanOfBatches(Device device) {
        float[] targets = new float[4];
        float[] logits = {1, 1, -1, -1};
        targets[0] = 1;
        targets[2] = 1; // hits 1, taken 2, labelled 2; batches of two would have F1 2/3 and 0
        Dataset data = Dataset.of(logits, Shape.of(1), targets, Shape.of(1));
        try (device;
                Model model = Model.create(new Dense(1), Shape.of(1), device, 1)) {
            model.setParameter(
                    model.declarations().layout().entries().keySet().stream()
                            .filter(path -> path.endsWith("weight"))
                            .findFirst()
                            .orElseThrow(),
                    1);
            History history = Trainer.of(model, new BinaryCrossEntropy(), new Sgd(1e-12))
                    .withMetric(new F1())
                    .withMetric(new Auc())
                    .withBatchSize(2)
                    .withValidation(data)
                    .fit(data);
            assertEquals(0.5, history.last().value("f1"), 1e-12);
            assertEquals(0.5, history.last().value("validation f1"), 1e-12);
            assertEquals(0.5, history.last().value("auc"), 1e-12);
        }
    }

    /** Weights, an ignored label, ties, and more examples than a batch has. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void manyClasses(Device device) {
        Random random = new Random(5);
        int classes = 7;
        float[][] scores = new float[MANY][classes];
        int[] labels = new int[MANY];
        float[] weights = new float[MANY];
        for (int i = 0; i < MANY; i++) {
            labels[i] = random.nextInt(6); // nothing is of the last
            for (int k = 0; k < classes; k++) {
                scores[i][k] = random.nextInt(4) + (k == labels[i] ? 1 : 0);
            }
            weights[i] = random.nextInt(5) / 4f;
        }
        Dataset data = Dataset.of(scores, Shape.of(classes), labels, classes);
        try (device) {
            for (boolean weighted : new boolean[] {false, true}) {
                for (Integer ignored : new Integer[] {null, 2}) {
                    double[] counts = new double[3 * classes];
                    for (int i = 0; i < MANY; i++) {
                        double counted = ignored != null && labels[i] == ignored ? 0 : weighted ? weights[i] : 1;
                        int taken = 0;
                        for (int k = 1; k < classes; k++) {
                            taken = scores[i][k] > scores[i][taken] ? k : taken;
                        }
                        counts[labels[i]] += taken == labels[i] ? counted : 0;
                        counts[classes + taken] += counted;
                        counts[2 * classes + labels[i]] += counted;
                    }
                    Loss loss = ignored == null
                            ? new SoftmaxCrossEntropy()
                            : new SoftmaxCrossEntropy().withIgnoredLabel(ignored);
                    check(counts, values(device, loss, weighted ? data.withWeights(weights) : data, all()));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void manyLabels(Device device) {
        Random random = new Random(6);
        int labels = 5;
        float[] logits = new float[MANY * labels];
        float[] targets = new float[MANY * labels];
        float[] weights = new float[MANY];
        for (int i = 0; i < logits.length; i++) {
            targets[i] = random.nextInt(3) == 0 ? 1 : 0;
            logits[i] = random.nextInt(3) - 1 + targets[i];
        }
        for (int i = 0; i < MANY; i++) {
            weights[i] = random.nextInt(5) / 4f;
        }
        Dataset data = Dataset.of(logits, Shape.of(labels), targets, Shape.of(labels));
        try (device) {
            for (boolean weighted : new boolean[] {false, true}) {
                double[] counts = new double[3 * labels];
                double exact = 0;
                double all = 0;
                for (int i = 0; i < MANY; i++) {
                    double counted = weighted ? weights[i] : 1;
                    boolean right = true;
                    for (int k = 0; k < labels; k++) {
                        boolean taken = logits[i * labels + k] > 0;
                        boolean is = targets[i * labels + k] == 1;
                        counts[k] += taken && is ? counted : 0;
                        counts[labels + k] += taken ? counted : 0;
                        counts[2 * labels + k] += is ? counted : 0;
                        right &= taken == is;
                    }
                    exact += right ? counted : 0;
                    all += counted;
                }
                Dataset given = weighted ? data.withWeights(weights) : data;
                check(counts, values(device, new BinaryCrossEntropy(), given, all()));
                Map<String, Double> values = values(device, new BinaryCrossEntropy(), given, new SubsetAccuracy());
                assertEquals(exact / all, values.get("subset accuracy"), 1e-9);
            }
        }
    }

    /** @param counts of hits, then of what was taken for each class, then of what examples are */
    private static void check(double[] counts, Map<String, Double> values) {
        int classes = counts.length / 3;
        double[] sums = new double[3];
        double[] macro = new double[3];
        for (int k = 0; k < classes; k++) {
            double[] own = {counts[k], counts[classes + k], counts[2 * classes + k]};
            for (int i = 0; i < 3; i++) {
                sums[i] += own[i];
                macro[i] += scores(own)[i] / classes;
            }
        }
        double[] micro = scores(sums);
        String[] names = {"precision", "recall", "f1"};
        for (int i = 0; i < 3; i++) {
            assertEquals(macro[i], values.get(names[i]), 1e-9, names[i]);
            assertEquals(micro[i], values.get("micro " + names[i]), 1e-9, names[i]);
        }
    }

    /** Precision, recall and F1, by their definitions. */
    private static double[] scores(double... counts) {
        double precision = counts[1] == 0 ? 0 : counts[0] / counts[1];
        double recall = counts[2] == 0 ? 0 : counts[0] / counts[2];
        double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new double[] {precision, recall, f1};
    }

    /** Against all pairs of examples, in which scores that no threshold parts count as equal. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void areaOfOneOutput(Device device) {
        Random random = new Random(7);
        float[] logits = new float[MANY];
        float[] targets = new float[MANY];
        float[] weights = new float[MANY];
        for (int i = 0; i < MANY; i++) {
            targets[i] = random.nextInt(4) == 0 ? 1 : 0;
            logits[i] = (float) (3 * random.nextGaussian() + 2 * targets[i] - 4); // some below all thresholds
            weights[i] = random.nextInt(5) / 4f;
        }
        Dataset data = Dataset.of(logits, Shape.of(1), targets, Shape.of(1));
        try (device) {
            for (int thresholds : new int[] {2, 9, 200, 1000}) {
                double plain = values(device, new BinaryCrossEntropy(), data, new Auc().withThresholds(thresholds))
                        .get("auc");
                float[] ones = new float[MANY];
                Arrays.fill(ones, 1);
                double[] expected = area(thresholds, logits, targets, ones);
                assertEquals(expected[0], plain, 1e-6, thresholds + " thresholds");
                boolean[] positive = new boolean[MANY];
                double[] scores = new double[MANY];
                for (int i = 0; i < MANY; i++) {
                    positive[i] = targets[i] == 1;
                    scores[i] = logits[i];
                }
                double exact = RocCurve.area(positive, scores);
                assertEquals(exact, plain, expected[1] + 1e-9, thresholds + " thresholds");
                double weighted = values(
                                device,
                                new BinaryCrossEntropy(),
                                data.withWeights(weights),
                                new Auc().withThresholds(thresholds))
                        .get("auc");
                assertEquals(area(thresholds, logits, targets, weights)[0], weighted, 1e-6);
            }
            float[] probabilities = new float[MANY];
            for (int i = 0; i < MANY; i++) {
                probabilities[i] = (float) (1 / (1 + Math.exp(-logits[i])));
            }
            double ofProbabilities = values(
                            device,
                            new BinaryCrossEntropy().fromProbabilities(),
                            Dataset.of(probabilities, Shape.of(1), targets, Shape.of(1)),
                            new Auc().fromProbabilities())
                    .get("auc");
            assertEquals(
                    values(device, new BinaryCrossEntropy(), data, new Auc()).get("auc"), ofProbabilities, 1e-4);
        }
    }

    /** The area by pairs, and the bound that the documentation states for its error. */
    private static double[] area(int thresholds, float[] scores, float[] targets, float... weights) {
        int[] gap = new int[scores.length];
        for (int i = 0; i < scores.length; i++) {
            for (int k = 0; k < thresholds; k++) {
                gap[i] += scores[i] >= (float) (-10 + 20.0 * k / (thresholds - 1)) ? 1 : 0;
            }
        }
        double pairs = 0;
        double won = 0;
        double tied = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (targets[i] == 1 && targets[j] == 0) {
                    double weight = (double) weights[i] * weights[j];
                    pairs += weight;
                    won += gap[i] > gap[j] ? weight : 0;
                    tied += gap[i] == gap[j] ? weight : 0;
                }
            }
        }
        return new double[] {(won + tied / 2) / pairs, tied / 2 / pairs};
    }

    /** Against a report's exact areas. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void areasOfClassesAndLabels(Device device) {
        Random random = new Random(8);
        float[][] scores = new float[MANY][4];
        int[] labels = new int[MANY];
        float[] flat = new float[MANY * 4];
        float[] targets = new float[MANY * 4];
        for (int i = 0; i < MANY; i++) {
            labels[i] = random.nextInt(3); // the last class has no area
            for (int k = 0; k < 4; k++) {
                scores[i][k] = (float) (random.nextGaussian() + (k == labels[i] ? 1 : 0));
                flat[4 * i + k] = scores[i][k];
                targets[4 * i + k] = k == labels[i] ? 1 : 0;
            }
        }
        try (device) {
            Dataset data = Dataset.of(scores, Shape.of(4), labels, 4);
            double[][] probabilities = new double[MANY][4];
            double labelArea = 0;
            for (int i = 0; i < MANY; i++) {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                    probabilities[i][k] = Math.exp(scores[i][k]);
                    sum += probabilities[i][k];
                }
                for (int k = 0; k < 4; k++) {
                    probabilities[i][k] /= sum;
                }
            }
            for (int k = 0; k < 3; k++) {
                boolean[] positive = new boolean[MANY];
                double[] own = new double[MANY];
                for (int i = 0; i < MANY; i++) {
                    positive[i] = labels[i] == k;
                    own[i] = scores[i][k];
                }
                labelArea += RocCurve.area(positive, own) / 3;
            }
            double exact = ClassificationReport.of(labels, probabilities).macroArea();
            assertEquals(
                    exact,
                    values(device, new SoftmaxCrossEntropy(), data, new Auc()).get("auc"),
                    2e-3);
            assertEquals(
                    exact,
                    values(device, new SoftmaxCrossEntropy(), data, new Auc().withThresholds(4000))
                            .get("auc"),
                    2e-4);
            Dataset multi = Dataset.of(flat, Shape.of(4), targets, Shape.of(4));
            assertEquals(
                    labelArea,
                    values(device, new BinaryCrossEntropy(), multi, new Auc()).get("auc"),
                    2e-3);
        }
    }

    /** Logits whose probabilities round to 1. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void certaintyHasAnArea(Device device) {
        float[][] scores = {{90, 0}, {0, 90}, {100, 0}, {0, 3}};
        float[] probabilities = {0, 1, 0, 1};
        try (device) {
            Dataset classes = Dataset.of(scores, Shape.of(2), new int[] {0, 1, 0, 1}, 2);
            assertEquals(
                    1,
                    values(device, new SoftmaxCrossEntropy(), classes, new Auc())
                            .get("auc"));
            Dataset yes = Dataset.of(probabilities, Shape.of(1), new float[] {0, 1, 0, 0}, Shape.of(1));
            assertEquals(
                    5 / 6.0,
                    values(device, new MeanSquaredError(), yes, new Auc().fromProbabilities())
                            .get("auc"),
                    1e-12);
            Dataset same = Dataset.of(probabilities, Shape.of(1), new float[] {1, 1, 1, 1}, Shape.of(1));
            assertEquals(
                    Double.NaN,
                    values(device, new MeanSquaredError(), same, new Auc().fromProbabilities())
                            .get("auc"));
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void ofNothingThereIsNone(Device device) {
        try (device) {
            Dataset data = Dataset.of(new float[][] {{1, 2}, {2, 1}}, Shape.of(2), new int[] {1, 1}, 2);
            Map<String, Double> values = values(
                    device,
                    new SoftmaxCrossEntropy().withIgnoredLabel(1),
                    data,
                    new F1(),
                    new Precision(),
                    new Recall(),
                    new Auc());
            values.forEach((name, value) -> assertEquals(Double.NaN, value, name));
        }
    }

    /** Higher is better: the best of three epochs is the one with the highest F1. */
    @Test
    void callbacksWatchThem() {
        Dataset data = Toy.data(60);
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            EarlyStopping stopping = new EarlyStopping(50).withMetric("validation f1");
            History history = Toy.trainer(model, new Adam(0.05))
                    .withMetric(new F1())
                    .withMetric(new Auc())
                    .withMetric(new Precision())
                    .withMetric(new Recall())
                    .withValidation(data)
                    .withCallback(stopping)
                    .withEpochs(12)
                    .fit(data);
            double[] values = history.values("validation f1");
            double best = Arrays.stream(values).max().orElseThrow();
            assertTrue(best > values[0], "F1 " + Arrays.toString(values));
            assertEquals(best, values[stopping.bestEpoch() - 1]);
            for (String name : new String[] {"f1", "auc", "precision", "recall"}) {
                assertEquals(12, history.values("validation " + name).length);
            }
            ClassificationReport report = ClassificationReport.of(model, data);
            assertEquals(best, report.confusion().macroF1(), 1e-9);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Dataset numbers = Dataset.of(new float[4], Shape.of(2), new float[2], Shape.of(1));
        Dataset many = Dataset.of(new float[800], Shape.of(400), new int[] {0, 1}, 400);
        try (Device device = TestDevice.open()) {
            for (Metric metric : new Metric[] {new F1(), new Recall(), new Precision(), new Auc()}) {
                String message = assertThrows(
                                IllegalArgumentException.class,
                                () -> values(device, (output, target) -> output.mean(1), numbers, metric))
                        .getMessage();
                assertTrue(message.startsWith(metric.name() + ": expected outputs (batch, classes)"), message);
            }
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> values(device, new SoftmaxCrossEntropy(), many, new Auc()))
                    .getMessage();
            assertTrue(message.contains("at most 163 classes or labels with 200 thresholds, got 400"), message);
            values(device, new SoftmaxCrossEntropy(), many, new Auc().withThresholds(50));
            String twice = assertThrows(
                            IllegalArgumentException.class,
                            () -> values(device, new SoftmaxCrossEntropy(), many, new F1(), new F1().withThreshold(1)))
                    .getMessage();
            assertTrue(twice.startsWith("metrics: expected different names, got \"f1\" twice"), twice);
            assertThrows(IllegalArgumentException.class, () -> new Auc().withThresholds(1));
            assertThrows(IllegalArgumentException.class, () -> new F1().withThreshold(Double.NaN));
        }
    }
}
