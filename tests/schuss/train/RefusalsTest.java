package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.layers.BatchNorm;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.LogSoftmax;
import schuss.layers.MaxPool1d;
import schuss.layers.Relu;
import schuss.layers.Reshape;
import schuss.layers.Sequential;
import schuss.layers.Sigmoid;
import schuss.layers.Softmax;
import schuss.losses.BinaryCrossEntropy;
import schuss.losses.KullbackLeibler;
import schuss.losses.Loss;
import schuss.losses.MeanSquaredError;
import schuss.losses.NegativeLogLikelihood;
import schuss.losses.SoftTargetCrossEntropy;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.BinaryAccuracy;
import schuss.optim.Adam;
import schuss.optim.Sgd;
import schuss.train.diagnosis.GradientCheck;
import schuss.train.diagnosis.LearningRateFinder;
import schuss.train.diagnosis.OverfitReport;
import schuss.train.diagnosis.Warnings;

/** Mistakes that would train without a word, or be told late, or in words that are not the user's. */
@Tag("device")
class RefusalsTest {
    private static String refused(Executable action) {
        return assertThrows(IllegalArgumentException.class, action).getMessage();
    }

    private static Trainer trainer(Device device, Loss loss, Layer... layers) {
        return Trainer.of(Model.create(Sequential.of(layers), Shape.of(4), device, 1), loss, new Adam(0.01));
    }

    private static void expectLogits(Device device, Loss loss, String expected, Layer... layers) {
        String message = refused(() -> trainer(device, loss, layers));
        assertTrue(message.contains(loss.getClass().getSimpleName()), message);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void whatTheLossDoesItself() {
        try (Device device = TestDevice.open()) {
            expectLogits(device, new SoftmaxCrossEntropy(), "Softmax \"1.softmax\"", new Dense(3), new Softmax());
            expectLogits(
                    device,
                    new SoftmaxCrossEntropy(),
                    "Softmax \"1.softmax\"",
                    new Dense(3),
                    new Softmax(),
                    new Flatten(),
                    Dropout.drop(0.5));
            expectLogits(device, new SoftmaxCrossEntropy(), "NegativeLogLikelihood", new Dense(3), new LogSoftmax());
            expectLogits(device, new SoftmaxCrossEntropy(), "Sigmoid \"1.sigmoid\"", new Dense(3), new Sigmoid());
            expectLogits(device, new SoftTargetCrossEntropy(), "\"1.softmax\"", new Dense(3), new Softmax());
            expectLogits(device, new BinaryCrossEntropy(), "fromProbabilities", new Dense(1), new Sigmoid());
            expectLogits(device, new BinaryCrossEntropy(), "\"1.softmax\"", new Dense(2), new Softmax());
            expectLogits(device, new NegativeLogLikelihood(), "LogSoftmax", new Dense(3), new Softmax());
            expectLogits(device, new KullbackLeibler(), "LogSoftmax", new Dense(3), new Softmax());
            expectLogits(
                    device,
                    new SoftmaxCrossEntropy(),
                    "Softmax \"1.sequential/1.softmax\"",
                    new Relu(),
                    Sequential.of(new Dense(3), new Softmax()));
            // a layer of one's own, and one that is all of the network
            Layer own = (scope, x) -> scope.apply("inner", new Dense(3), x).softmax();
            expectLogits(device, new SoftmaxCrossEntropy(), "\"0.lambda\"", own);
            try (Model model = Model.create(new Softmax(), Shape.of(3), device, 1)) {
                String message = refused(() -> Trainer.of(model, new SoftmaxCrossEntropy(), new Adam()));
                assertTrue(message.contains("the Softmax"), message);
            }
            // and what is right
            trainer(device, new BinaryCrossEntropy().fromProbabilities(), new Dense(1), new Sigmoid());
            trainer(device, new NegativeLogLikelihood(), new Dense(3), new LogSoftmax());
            trainer(device, new MeanSquaredError(), new Dense(3), new Softmax());
            trainer(device, new SoftmaxCrossEntropy(), new Softmax(), new Dense(3));
            trainer(device, new SoftmaxCrossEntropy(), new Dense(3), new Relu());
        }
    }

    private static Dataset yesOrNo() {
        return Dataset.of(new float[] {-2, -1, 1, 2, 3}, Shape.of(1), new float[] {0, 1, 1, 1, 0}, Shape.of(1));
    }

    @Test
    void accuracyOfOneOutput() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(1).withoutBias(), Shape.of(1), device, 1)) {
            model.setParameter("weight", 1);
            Trainer trainer =
                    Trainer.of(model, new BinaryCrossEntropy(), new Sgd(0)).withMetric(new Accuracy());
            String message = refused(() -> trainer.fit(yesOrNo()));
            assertTrue(message.contains("accuracy: expected outputs (batch, classes)"), message);
            assertTrue(message.contains("BinaryAccuracy"), message);
            assertFalse(message.replace("BinaryAccuracy", "").contains("Accuracy"), message);
            Trainer right =
                    Trainer.of(model, new BinaryCrossEntropy(), new Sgd(0)).withMetric(new BinaryAccuracy());
            assertEquals(0.6, right.evaluate(yesOrNo()).get("accuracy"), 1e-7);
            model.setParameter("weight", 0.25f);
            Trainer half = Trainer.of(model, new MeanSquaredError(), new Sgd(0))
                    .withMetric(new BinaryAccuracy().fromProbabilities());
            // 0.5 and below are no, 0.75 is yes
            assertEquals(0.2, half.evaluate(yesOrNo()).get("accuracy"), 1e-7);
            try (Model two = Model.create(new Dense(2), Shape.of(1), device, 1)) {
                Trainer labels =
                        Trainer.of(two, new SoftmaxCrossEntropy(), new Sgd(0)).withMetric(new BinaryAccuracy());
                String other =
                        refused(() -> labels.fit(Dataset.of(new float[] {1, 2}, Shape.of(1), new int[] {0, 1}, 2)));
                assertTrue(other.contains("accuracy: expected targets 0 or 1"), other);
            }
            String single = refused(() -> Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(0)));
            assertTrue(single.contains("SoftmaxCrossEntropy: expected at least 2 classes"), single);
            String soft = refused(() -> Trainer.of(model, new SoftTargetCrossEntropy(), new Sgd(0)));
            assertTrue(soft.contains("BinaryCrossEntropy"), soft);
        }
    }

    /** NaN is neither yes nor no. */
    @Test
    void binaryAccuracyOfNaN() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(1).withoutBias(), Shape.of(1), device, 1)) {
            model.setParameter("weight", Float.NaN);
            Trainer trainer =
                    Trainer.of(model, new BinaryCrossEntropy(), new Sgd(0)).withMetric(new BinaryAccuracy());
            assertEquals(0, trainer.evaluate(yesOrNo()).get("accuracy"));
        }
    }

    @Test
    void networksWithoutParameters() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Relu(), Shape.of(4), device, 1)) {
            Trainer trainer = Toy.trainer(model, new Adam());
            for (Executable use : List.<Executable>of(
                    () -> trainer.fit(Toy.data(8)),
                    () -> trainer.session(4),
                    () -> GradientCheck.of(trainer, Toy.data(8)),
                    () -> OverfitReport.of(trainer, Toy.data(8), 4),
                    () -> trainer.check(Toy.data(8)),
                    () -> LearningRateFinder.of(trainer, Toy.data(8)))) {
                String message = refused(use);
                assertTrue(message.contains("expected at least one parameter to train"), message);
            }
        }
    }

    @Test
    void aLastBatchOfOneIsToldBeforeAllFits() {
        Layer net = Sequential.of(new Dense(4), new BatchNorm(), new Dense(3));
        try (Device device = TestDevice.open();
                Model model = Model.create(net, Shape.of(4), device, 1)) {
            Trainer trainer = Toy.trainer(model, new Adam()).withBatchSize(8);
            trainer.check(Toy.data(16), Toy.data(15), Toy.data(1 + 8 + 1));
            // 17 leaves 1 of batches of 8; of 7 leaves 15 one too, of 6 neither
            String message = refused(() -> trainer.check(Toy.data(16), Toy.data(17), Toy.data(15)));
            assertTrue(message.contains("17 examples in batches of 8 leave 1"), message);
            assertTrue(message.contains("the batch size 6 leaves none alone"), message);
            assertTrue(message.contains("BatchNorm \"1.batchnorm\""), message);
            Map<String, float[]> before = Toy.weights(model);
            String late = refused(() -> trainer.fit(Toy.data(9)));
            assertTrue(late.contains("the batch size 7 leaves none alone"), late);
            Toy.assertSame(before, Toy.weights(model));
            trainer.withBatchSize(7).fit(Toy.data(9));
            String alone = refused(() -> trainer.fit(Toy.data(1)));
            assertTrue(alone.contains("a batch of one has no statistics"), alone);
        }
    }

    /** Where a unit stands at a kink there is no derivative to compare with. */
    @Test
    void gradientsAtKinks() {
        try (Device device = Device.reference()) {
            Layer relu = Sequential.of(new Dense(5), new Relu(), new Dense(3));
            try (Model model = Model.create(relu, Shape.of(4), device, 1)) {
                model.setParameter("0.dense/weight", new float[20]); // every unit at 0
                GradientCheck check = GradientCheck.of(Toy.trainer(model, new Sgd(0.1)), Toy.data(6));
                assertTrue(check.passed(), check.toString());
                assertTrue(check.toString().contains("at a kink"), check.toString());
                assertTrue(check.entries().stream().anyMatch(GradientCheck.Entry::kink));
                assertFalse(check.worst().kink());
            }
            Layer pool = Sequential.of(
                    new Dense(6), new Reshape(Shape.of(6, 1)), new MaxPool1d(2), new Flatten(), new Dense(3));
            try (Model model = Model.create(pool, Shape.of(4), device, 1)) {
                float[] equal = new float[24];
                Arrays.fill(equal, 0.3f); // all units tie
                model.setParameter("0.dense/weight", equal);
                GradientCheck check = GradientCheck.of(Toy.trainer(model, new Sgd(0.1)), Toy.data(6));
                assertTrue(check.passed(), check.toString());
                assertTrue(check.entries().stream().anyMatch(GradientCheck.Entry::kink), check.toString());
            }
            Layer absolute = Sequential.of(new Dense(5), (scope, x) -> x.map(e -> e.abs()), new Dense(3));
            try (Model model = Model.create(absolute, Shape.of(4), device, 1)) {
                model.setParameter("0.dense/weight", new float[20]);
                GradientCheck check = GradientCheck.of(Toy.trainer(model, new Sgd(0.1)), Toy.data(6));
                assertTrue(check.passed(), check.toString());
            }
        }
    }

    /** A gradient that is wrong is found beside kinks too: of a leaky unit that somebody gave the slope 3. */
    @Test
    void wrongGradientsBesideKinks() {
        record Steep() implements schuss.ops.Op {
            @Override
            public List<schuss.ops.Type> infer(List<schuss.ops.Type> inputs) {
                return List.of(inputs.get(0));
            }

            @Override
            public List<schuss.ops.Value> gradient(schuss.ops.Value[] x, schuss.ops.Value[] y, schuss.ops.Value[] dy) {
                return List.of(dy[0].mul(3));
            }
        }
        try (Device device = Device.reference()) {
            device.register(Steep.class, (op, x, y) -> {
                for (int i = 0; i < y[0].length; i++) {
                    y[0][i] = Math.max(x[0][i], 0.1 * x[0][i]);
                }
            });
            Layer net = Sequential.of(new Dense(5), (scope, x) -> schuss.ops.Value.of(new Steep(), x), new Dense(3));
            try (Model model = Model.create(net, Shape.of(4), device, 1)) {
                model.setParameter("0.dense/weight", new float[20]);
                GradientCheck check = GradientCheck.of(Toy.trainer(model, new Sgd(0.1)), Toy.data(6));
                assertFalse(check.passed(), check.toString());
                assertTrue(check.worst().path().startsWith("0.dense/"), check.toString());
            }
        }
    }

    private static List<String> warnings(Trainer trainer, Dataset data, int epochs) {
        return trainer.withEpochs(epochs).withCallback(new Warnings()).fit(data).warnings();
    }

    private static boolean still(List<String> warnings) {
        return warnings.stream().anyMatch(w -> w.contains("does not move"));
    }

    @Test
    void aLossThatNeedNotMove() {
        try (Device device = TestDevice.open()) {
            try (Model model = Toy.model(device)) {
                List<String> warnings = warnings(Toy.trainer(model, new Sgd(0)), Toy.data(40), 6);
                assertEquals(List.of("the learning rate is 0: the weights do not change"), warnings);
            }
            try (Model model = Toy.model(device)) { // all answers are right
                Dataset easy = Toy.data(4);
                Trainer trainer = Toy.trainer(model, new Adam(0.05)).withMetric(new Accuracy());
                trainer.withEpochs(400).fit(easy);
                assertEquals(1, trainer.evaluate(easy).get("accuracy"));
                Trainer slow = Toy.trainer(model, new Sgd(1e-9)).withMetric(new Accuracy());
                assertFalse(still(warnings(slow, easy, 6)));
                Trainer unwatched = Toy.trainer(model, new Sgd(1e-9));
                assertTrue(still(warnings(unwatched, easy, 6)));
            }
            try (Model model = Model.create(new Dense(1), Shape.of(1), device, 1)) { // it fits to the last bit
                Dataset line = Dataset.of(new float[] {1, 2, 3}, Shape.of(1), new float[] {2, 4, 6}, Shape.of(1));
                Trainer trainer = Trainer.of(model, new MeanSquaredError(), new Sgd(0.1));
                assertFalse(still(warnings(trainer, line, 600)));
                assertArrayEquals(new float[] {2}, model.parameter("weight"), 1e-2f);
            }
        }
    }
}
