package schuss.losses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Layer;
import schuss.optim.Sgd;
import schuss.train.Trainer;

/** Losses by hand, and against figures that others publish with their tests. */
@Tag("device")
class LossTest {
    private static final Layer SAME = (scope, x) -> x;

    /** The mean loss of outputs that are the inputs. */
    private static void check(Loss loss, Dataset data, double expected, double tolerance) {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                try (Model model = Model.create(SAME, data.input().shape(), device, 1)) {
                    double value =
                            Trainer.of(model, loss, new Sgd(1)).evaluate(data).get("loss");
                    assertEquals(expected, value, tolerance, device.toString());
                }
            }
        }
    }

    private static Dataset numbers(float[] outputs, float[] targets, int width) {
        return Dataset.of(outputs, Shape.of(width), targets, Shape.of(width));
    }

    @Test
    void meanSquaredError() {
        float[] outputs = {4, 8, 12, 8, 1, 3};
        float[] targets = {1, 9, 2, -5, -2, 6};
        // keras-team/keras@3422977a, keras/src/losses/losses_test.py
        check(new MeanSquaredError(), numbers(outputs, targets, 3), 49.5, 1e-5);
        check(new MeanSquaredError(), numbers(new float[] {1, 5}, new float[] {0, 3}, 2), 2.5, 1e-6);
        check(new MeanSquaredError(), numbers(new float[] {3}, new float[] {3}, 1), 0, 0);
    }

    @Test
    void binaryCrossEntropy() {
        float[] logits = {10, -10, 10, 10, 10, -10};
        float[] targets = {1, 0, 1, 0, 1, 1};
        // keras-team/keras@3422977a, keras/src/losses/losses_test.py
        check(new BinaryCrossEntropy(), numbers(logits, targets, 3), 3.3333, 1e-3);
        double exact = (4 * Math.log1p(Math.exp(-10)) + 2 * (10 + Math.log1p(Math.exp(-10)))) / 6;
        check(new BinaryCrossEntropy(), numbers(logits, targets, 3), exact, 1e-6);
        check(new BinaryCrossEntropy(), numbers(new float[] {0}, new float[] {0.3f}, 1), Math.log(2), 1e-6);
        // no overflow
        check(new BinaryCrossEntropy(), numbers(new float[] {1000, -1000}, new float[] {0, 1}, 2), 1000, 1e-3);
        check(new BinaryCrossEntropy(), numbers(new float[] {1000, -1000}, new float[] {1, 0}, 2), 0, 0);
    }

    @Test
    void softmaxCrossEntropy() {
        float[] logits = {8, 1, 1, 0, 9, 1, 2, 3, 5};
        // keras-team/keras@3422977a, keras/src/losses/losses_test.py
        check(new SoftmaxCrossEntropy(), Dataset.of(logits, Shape.of(3), new int[] {0, 1, 2}, 3), 0.0573, 1e-4);
        float[] row = {0.088f, 0.86f, 0.018f};
        check(new SoftmaxCrossEntropy(), Dataset.of(row, Shape.of(3), new int[] {2}, 3), 1.480129, 1e-5);
        check(new SoftmaxCrossEntropy(), Dataset.of(new float[4], Shape.of(4), new int[] {1}, 4), Math.log(4), 1e-6);
        float[] far = {1000, -1000};
        check(new SoftmaxCrossEntropy(), Dataset.of(far, Shape.of(2), new int[] {1}, 2), 2000, 1e-2);
        check(new SoftmaxCrossEntropy(), Dataset.of(far, Shape.of(2), new int[] {0}, 2), 0, 0);
    }

    @Test
    void labelSmoothing() {
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py
        Dataset far = Dataset.of(new float[] {100, -100, -100}, Shape.of(3), new int[] {0}, 3);
        check(new SoftmaxCrossEntropy().withLabelSmoothing(0.1), far, 400 * 0.1 / 3, 1e-5);
        Dataset hot = numbers(new float[] {100, -100, -100}, new float[] {1, 0, 0}, 3);
        check(new SoftTargetCrossEntropy().withLabelSmoothing(0.1), hot, 400 * 0.1 / 3, 1e-5);
    }

    private static double logSoftmax(double[] z, int c) {
        return z[c] - Math.log(java.util.Arrays.stream(z).map(Math::exp).sum());
    }

    /** The formula of torch.nn.CrossEntropyLoss, documentation of PyTorch 2.4, with weights, smoothing and ignore_index. */
    private static double torch(double[][] z, int[] labels, double[] w, double smoothing, int ignored) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != ignored) {
                sum -= (1 - smoothing) * w[labels[i]] * logSoftmax(z[i], labels[i]);
                for (int c = 0; c < w.length; c++) {
                    sum -= smoothing / w.length * w[c] * logSoftmax(z[i], c);
                }
                weights += w[labels[i]];
            }
        }
        return sum / weights;
    }

    @Test
    void classWeightsAndIgnoredLabels() {
        double[][] z = {{0.5, -1, 2}, {1.5, 0.25, -0.75}, {-2, 0, 1}, {3, 1, -1}};
        float[] flat = {0.5f, -1, 2, 1.5f, 0.25f, -0.75f, -2, 0, 1, 3, 1, -1};
        double[] w = {1, 2.5, 0.5};
        int[] labels = {2, 0, 1, 1};
        Dataset data = Dataset.of(flat, Shape.of(3), labels, 3);
        SoftmaxCrossEntropy weighted = new SoftmaxCrossEntropy().withClassWeights(w);
        check(weighted, data, torch(z, labels, w, 0, -100), 1e-6);
        check(weighted.withLabelSmoothing(0.2), data, torch(z, labels, w, 0.2, -100), 1e-6);
        check(weighted.withIgnoredLabel(1), data, torch(z, labels, w, 0, 1), 1e-6);
        double[] ones = {1, 1, 1};
        check(new SoftmaxCrossEntropy().withIgnoredLabel(1), data, torch(z, labels, ones, 0, 1), 1e-6);
        int[] all = {1, 1, 1, 1};
        check(new SoftmaxCrossEntropy().withIgnoredLabel(1), Dataset.of(flat, Shape.of(3), all, 3), Double.NaN, 0);
    }

    @Test
    void theWeightedMeanIsOverTheEpochNotOverBatches() {
        // 300 examples are evaluated in two batches, whose labels differ: a mean of their means would be another
        float[] flat = new float[600];
        int[] labels = new int[300];
        for (int i = 0; i < 300; i++) {
            flat[2 * i] = i % 7;
            labels[i] = i < 256 ? 0 : 1;
        }
        double sum = 0;
        for (int i = 0; i < 300; i++) {
            double[] z = {flat[2 * i], 0};
            sum -= (labels[i] == 0 ? 1 : 10) * logSoftmax(z, labels[i]);
        }
        Dataset data = Dataset.of(flat, Shape.of(2), labels, 2);
        check(new SoftmaxCrossEntropy().withClassWeights(1, 10), data, sum / (256 + 440), 1e-5);
    }

    @Test
    void exampleWeights() {
        float[] outputs = {4, 8, 12, 8, 1, 3};
        float[] targets = {1, 9, 2, -5, -2, 6};
        Dataset data = numbers(outputs, targets, 3).withWeights(1.2f, 3.4f);
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py, reduction mean_with_sample_weight
        check(new MeanSquaredError(), data, (110 / 3.0 * 1.2 + 187 / 3.0 * 3.4) / (1.2 + 3.4), 1e-5);
        check(new MeanAbsoluteError(), data, (14 / 3.0 * 1.2 + 19 / 3.0 * 3.4) / (1.2 + 3.4), 1e-6);
        check(new MeanSquaredLogarithmicError(), data, 1.646, 1e-3);
        check(new MeanAbsoluteError(), data.withWeights(1, 0).take(2), 14 / 3.0, 1e-6);
        check(new MeanAbsoluteError(), data.subset(new int[] {1, 1, 0}), (2 * 19 * 3.4 + 14 * 1.2) / 3 / 8, 1e-6);
        check(new MeanAbsoluteError(), data.withWeights(0, 0), Double.NaN, 0); // the mean of nothing
        // with class weights: weights multiply
        float[] z = {1, -1, 0.5f, 2};
        Dataset labelled = Dataset.of(z, Shape.of(2), new int[] {0, 0}, 2);
        double first = Math.log1p(Math.exp(-2));
        double second = Math.log1p(Math.exp(1.5));
        check(
                new SoftmaxCrossEntropy().withClassWeights(3, 1),
                labelled.withWeights(1, 4),
                (first + 4 * second) / 5,
                1e-6);
        assertThrows(IllegalArgumentException.class, () -> data.withWeights(1));
        assertThrows(IllegalArgumentException.class, () -> data.withWeights(1, -1));
        assertThrows(IllegalArgumentException.class, () -> data.withWeights(1, Float.NaN));
    }

    @Test
    void softTargets() {
        float[] z = {8, 1, 1, 0, 9, 1, 2, 3, 5};
        float[] hot = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py
        check(new SoftTargetCrossEntropy(), numbers(z, hot, 3), 0.0573, 1e-4);
        double[] row = {0.5, -1, 2};
        double expected = -0.2 * logSoftmax(row, 0) - 0.3 * logSoftmax(row, 1) - 0.5 * logSoftmax(row, 2);
        check(
                new SoftTargetCrossEntropy(),
                numbers(new float[] {0.5f, -1, 2}, new float[] {0.2f, 0.3f, 0.5f}, 3),
                expected,
                1e-6);
        float[] far = {1000, -1000};
        check(new SoftTargetCrossEntropy(), numbers(far, new float[] {0, 1}, 2), 2000, 0);
        check(new SoftTargetCrossEntropy(), numbers(far, new float[] {1, 0}, 2), 0, 0);
    }

    @Test
    void likelihoodOfLogProbabilities() {
        float[] y = {-0.1f, -2.5f, -3, -0.05f};
        Dataset data = Dataset.of(y, Shape.of(2), new int[] {0, 1}, 2);
        check(new NegativeLogLikelihood(), data, 0.075, 1e-7);
        check(new NegativeLogLikelihood().withClassWeights(1, 3), data, (0.1 + 0.15) / 4, 1e-7);
        check(new NegativeLogLikelihood().withLabelSmoothing(0.5), data, (0.5 * 0.15 + 0.25 * 5.65) / 2, 1e-6);
    }

    @Test
    void positionsOfSequences() {
        // (batch 2, time 2, classes 2): the mean over all positions that count
        float[] z = {1, 0, 0, 2, 3, 0, 0, 0};
        double[][] rows = {{1, 0}, {0, 2}, {3, 0}, {0, 0}};
        int[] labels = {0, 1, 1, -1};
        Dataset data = new Positions(z, labels);
        double expected = torch(rows, labels, new double[] {1, 1}, 0, -1);
        check(new SoftmaxCrossEntropy().withIgnoredLabel(-1), data, expected, 1e-6);
        labels[3] = 0;
        expected = torch(rows, labels, new double[] {1, 1}, 0, -1);
        check(new SoftmaxCrossEntropy(), data, expected, 1e-6);
    }

    /** Two sequences of two positions with two scores and a label each. */
    private record Positions(float[] z, int[] labels) implements Dataset {
        @Override
        public int size() {
            return 2;
        }

        @Override
        public Spec input() {
            return new Spec("input", DType.F32, Shape.of(2, 2));
        }

        @Override
        public Spec target() {
            return new Spec("labels", DType.I32, Shape.of(2));
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
            for (int i = 0; i < 4; i++) {
                inputs.putFloat((row * 4 + i) * Float.BYTES, z[index * 4 + i]);
            }
            for (int i = 0; i < 2; i++) {
                targets.putInt((row * 2 + i) * Integer.BYTES, labels[index * 2 + i]);
            }
        }
    }

    @Test
    void binaryCrossEntropyOfProbabilities() {
        Loss loss = new BinaryCrossEntropy().fromProbabilities();
        float[] p = {0.9f, 0.1f, 0.2f, 0.3f, 0.8f, 0.1f, 0.1f, 0.2f, 0.7f};
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py
        check(loss, numbers(p, new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3), 0.20046903, 1e-6);
        // torch.nn.BCELoss, documentation of PyTorch 2.4: logarithms are clipped at -100
        check(loss, numbers(new float[] {0, 1}, new float[] {1, 0}, 1), 100, 0);
        check(loss, numbers(new float[] {1, 0}, new float[] {1, 0}, 1), 0, 0);
    }

    @Test
    void absoluteHuberAndSmoothL1() {
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py
        check(
                new MeanAbsoluteError(),
                numbers(new float[] {4, 8, 12, 8, 1, 3}, new float[] {1, 9, 2, -5, -2, 6}, 3),
                5.5,
                1e-6);
        float[] y = {0.9f, 0.2f, 0.2f, 0.8f, 0.4f, 0.6f};
        float[] t = {1, 0, 1, 1, 0, 0};
        double squares = 0.01 + 0.04 + 0.64 + 0.04 + 0.16 + 0.36;
        check(new Huber(), numbers(y, t, 3), squares / 2 / 6, 1e-6);
        double beyond = (0.01 + 0.04 + 0.04 + 0.16) / 2 + 0.5 * (0.8 - 0.25) + 0.5 * (0.6 - 0.25);
        check(new Huber(0.5), numbers(y, t, 3), beyond / 6, 1e-6);
        check(new SmoothL1(0.5), numbers(y, t, 3), beyond / 0.5 / 6, 1e-6);
    }

    @Test
    void hinges() {
        float[] y = {0.6f, 0.4f, 0.4f, 0.6f};
        float[] t = {-1, 1, -1, -1};
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py, where targets of 0 count as -1
        check(new Hinge(), numbers(y, t, 2), 1.3, 1e-6);
        check(new SquaredHinge(), numbers(y, t, 2), 1.86, 1e-6);
        check(new CategoricalHinge(), numbers(y, new float[] {0, 1, 0, 0}, 2), 1.4, 1e-6);
        check(new CategoricalHinge(), numbers(new float[] {3, 1, 0.5f}, new float[] {1, 0, 0}, 3), 0, 0);
        check(new CategoricalHinge(), numbers(new float[] {3, 1, 2.5f}, new float[] {1, 0, 0}, 3), 0.5, 0);
        check(new Hinge(), numbers(new float[] {2, -3}, new float[] {1, -1}, 2), 0, 0);
    }

    @Test
    void divergence() {
        float[] y = new float[6];
        double[] p = {0.4, 0.9, 0.12, 0.36, 0.3, 0.4};
        float[] t = {0.5f, 0.8f, 0.12f, 0.7f, 0.43f, 0.8f};
        double expected = 0;
        for (int i = 0; i < 6; i++) {
            y[i] = (float) Math.log(p[i]);
            expected += t[i] * Math.log(t[i] / p[i]) / 2;
        }
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py, of logarithms; 0.5961 by hand
        check(new KullbackLeibler(), numbers(y, t, 3), expected, 1e-6);
        check(new KullbackLeibler(), numbers(new float[] {-1, -50}, new float[] {1, 0}, 2), 1, 1e-7);
    }

    @Test
    void logarithmicError() {
        float[] outputs = {4, 8, 12, 8, 1, 3};
        float[] targets = {1, 9, 2, -5, -2, 6};
        // keras-team/keras@04bf5380, keras/src/losses/losses_test.py
        check(new MeanSquaredLogarithmicError(), numbers(outputs, targets, 3), 1.4370, 1e-4);
    }

    @Test
    void whatLayersAddCountsAsTheExampleDoes() {
        Layer penalised = (scope, x) -> {
            scope.addLoss(x.square().sum(1));
            return x;
        };
        Dataset data = numbers(new float[] {1, 2}, new float[] {0, 0}, 1).withWeights(1, 3);
        try (Device cpu = TestDevice.open();
                Model model = Model.create(penalised, Shape.of(1), cpu, 1)) {
            Trainer trainer = Trainer.of(model, new MeanAbsoluteError(), new Sgd(1));
            assertEquals((1 + 1 + 3 * (2 + 4)) / 4.0, trainer.evaluate(data).get("loss"), 1e-6);
        }
    }

    @Test
    void settingsAreChecked() {
        for (double bad : new double[] {-0.1, 1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new SoftmaxCrossEntropy().withLabelSmoothing(bad));
            assertThrows(IllegalArgumentException.class, () -> new SoftTargetCrossEntropy(bad));
        }
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e39}) {
            assertThrows(IllegalArgumentException.class, () -> new SoftmaxCrossEntropy().withClassWeights(1, bad));
            assertThrows(IllegalArgumentException.class, () -> new Huber(bad > 1e38 ? -bad : bad));
            assertThrows(IllegalArgumentException.class, () -> new SmoothL1(bad > 1e38 ? -bad : bad));
        }
        assertThrows(IllegalArgumentException.class, () -> new NegativeLogLikelihood().withClassWeights(0, 0));
        Dataset data = Dataset.of(new float[3], Shape.of(3), new int[1], 3);
        Loss two = new SoftmaxCrossEntropy().withClassWeights(1, 2);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> check(two, data, 0, 0));
        assertTrue(e.getMessage().contains("3 classes") && e.getMessage().contains("got 2"), e.getMessage());
    }

    /** Slopes of the mean loss with respect to a bias that is added to the outputs, by differences in double. */
    @Test
    void gradients() {
        float[] y = {0.3f, -0.6f, 0.9f, -1.4f, 0.2f, 0.7f};
        float[] probabilities = {0.2f, 0.5f, 0.3f, 0.6f, 0, 0.4f};
        float[] signs = {1, -1, 1, -1, -1, 1};
        int[] labels = {2, 0};
        Dataset labelled = Dataset.of(y, Shape.of(3), labels, 3);
        Dataset mixed = numbers(y, probabilities, 3);
        SoftmaxCrossEntropy weighted = new SoftmaxCrossEntropy().withClassWeights(1, 2, 3);
        NegativeLogLikelihood likelihood = new NegativeLogLikelihood();
        for (Loss loss : new Loss[] {
            weighted,
            weighted.withLabelSmoothing(0.3),
            weighted.withIgnoredLabel(0),
            likelihood,
            likelihood.withClassWeights(1, 2, 3).withLabelSmoothing(0.2)
        }) {
            slopes(loss, labelled);
            slopes(loss, labelled.withWeights(0.5f, 2));
        }
        for (Loss loss : new Loss[] {
            new SoftTargetCrossEntropy(0.1),
            new KullbackLeibler(),
            new BinaryCrossEntropy(),
            new MeanAbsoluteError(),
            new Huber(0.5),
            new SmoothL1(0.5),
            new MeanSquaredLogarithmicError()
        }) {
            slopes(loss, mixed);
        }
        slopes(new Hinge(), numbers(y, signs, 3));
        slopes(new SquaredHinge(), numbers(y, signs, 3));
        slopes(new CategoricalHinge(), numbers(y, new float[] {0, 0, 1, 1, 0, 0}, 3));
        float[] inside = {0.45f, 0.5f, 0.55f, 0.5f, 0.47f, 0.52f}; // where third derivatives are small
        slopes(new BinaryCrossEntropy().fromProbabilities(), numbers(inside, probabilities, 3));
    }

    private static void slopes(Loss loss, Dataset data) {
        Layer shifted = (scope, x) -> x.add(scope.bias("bias", Shape.of(3), Initializer.zeros()));
        float h = 0x1p-10f;
        try (Device reference = Device.reference();
                Device cpu = TestDevice.open();
                Model model = Model.create(shifted, Shape.of(3), reference, 1);
                Model fast = Model.create(shifted, Shape.of(3), cpu, 1)) {
            Trainer trainer = Trainer.of(model, loss, new Sgd(1));
            float[] gradient = trainer.gradients(data).get("bias");
            float[] onCpu = Trainer.of(fast, loss, new Sgd(1)).gradients(data).get("bias");
            for (int i = 0; i < 3; i++) {
                float[] bias = new float[3];
                bias[i] = h;
                model.setParameter("bias", bias);
                double above = trainer.evaluate(data).get("loss");
                bias[i] = -h;
                model.setParameter("bias", bias);
                double below = trainer.evaluate(data).get("loss");
                // h^2 / 6 times a third derivative of up to 10
                assertEquals((above - below) / (2 * h), gradient[i], 2e-6, loss + " " + i);
                assertEquals(gradient[i], onCpu[i], 1e-6, loss + " " + i);
            }
        }
    }

    @Test
    void gradientsBesideLargeLogits() {
        // 1 / (1 + e^-0.5) of logits 1e4 and 1e4 + 0.5, of which their own logarithm would keep three digits
        Layer shifted = (scope, x) -> x.add(scope.bias("bias", Shape.of(2), Initializer.zeros()));
        Dataset data = Dataset.of(new float[] {10000, 10000.5f}, Shape.of(2), new int[] {0}, 2);
        try (Device cpu = TestDevice.open();
                Model model = Model.create(shifted, Shape.of(2), cpu, 1)) {
            float[] gradient = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(1))
                    .gradients(data)
                    .get("bias");
            double p = 1 / (1 + Math.exp(-0.5));
            assertEquals(p, gradient[1], 2e-7);
            assertEquals(-p, gradient[0], 2e-7);
        }
    }

    @Test
    void trainingWithAnIgnoredLabel() {
        Layer shifted = (scope, x) -> x.add(scope.bias("bias", Shape.of(2), Initializer.zeros()));
        Dataset data = Dataset.of(new float[16], Shape.of(2), new int[] {0, 0, 0, 0, 1, 1, 1, 1}, 2);
        try (Device cpu = TestDevice.open();
                Model model = Model.create(shifted, Shape.of(2), cpu, 1)) {
            Loss loss = new SoftmaxCrossEntropy().withIgnoredLabel(1);
            // batches of one: half of them have nothing that counts, and change nothing
            Trainer.of(model, loss, new Sgd(0.5)).withBatchSize(1).withEpochs(3).fit(data);
            float[] bias = model.parameter("bias");
            assertTrue(bias[0] > 1 && bias[1] < -1, bias[0] + " " + bias[1]);
        }
    }

    @Test
    void aLossOfOnesOwn() {
        Loss absolute = (output, target) -> output.sub(target).map(e -> e.abs()).mean(-1);
        check(absolute, numbers(new float[] {1, -5}, new float[] {0, 3}, 2), 4.5, 1e-6);
    }
}
