package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import schuss.layers.BatchNorm;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.layers.Sigmoid;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.optim.Adam;
import schuss.optim.Sgd;
import schuss.train.diagnosis.GradientCheck;
import schuss.train.diagnosis.LearningRateFinder;
import schuss.train.diagnosis.OverfitReport;
import schuss.train.diagnosis.Warnings;

/** What to try before a long training, and what tells that one goes wrong. */
@Tag("device")
class SanityTest {
    @Test
    void aNetworkLearnsAFewExamplesByHeart() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Map<String, float[]> before = Toy.weights(model);
            Trainer trainer = Toy.trainer(model, new Adam(0.01));
            OverfitReport report = OverfitReport.of(trainer, Toy.data(40), 20);
            assertTrue(report.learnt(), report.toString());
            assertTrue(report.after() < 0.01 * report.before() && report.examples() == 20, report.toString());
            Toy.assertSame(before, Toy.weights(model));
            OverfitReport frozen = OverfitReport.of(trainer.withFrozen("*/weight"), Toy.data(40), 20);
            assertFalse(frozen.learnt(), frozen.toString());
            assertTrue(frozen.after() > 0.1 && frozen.toString().startsWith("could not learn"), frozen.toString());
        }
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        Layer network = Sequential.of(new Dense(6), new BatchNorm(), new Relu(), new Dense(3));
        try (Device device = TestDevice.open();
                Model model = Model.create(network, Shape.of(4), device, 7)) {
            GradientCheck check = GradientCheck.of(Toy.trainer(model, new Sgd(0.1)), Toy.data(9));
            assertTrue(check.passed(), check.toString());
            assertTrue(check.entries().stream().anyMatch(e -> Math.abs(e.gradient()) > 1e-3));
            // with the batch's statistics the first bias has no effect
            assertTrue(check.entries().stream()
                    .filter(e -> e.path().equals("0.dense/bias"))
                    .allMatch(e -> Math.abs(e.gradient()) < 1e-6));
        }
    }

    /** Twice its input, whose gradient somebody has taken for that of the input itself. */
    record Wrong() implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return inputs;
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return List.of(dy[0]);
        }
    }

    @Test
    void aWrongGradientIsFoundAndItsParameterNamed() {
        Layer wrong = (scope, x) -> Value.of(new Wrong(), x);
        try (Device device = Device.reference()) {
            device.register(Wrong.class, (op, x, y) -> {
                for (int i = 0; i < y[0].length; i++) {
                    y[0][i] = 2 * x[0][i];
                }
            });
            try (Model model = Model.create(Sequential.of(new Dense(5), wrong, new Dense(3)), Shape.of(4), device, 7)) {
                GradientCheck check = GradientCheck.of(Toy.trainer(model, new Sgd(0.1)), Toy.data(9));
                assertFalse(check.passed(), check.toString());
                assertTrue(check.worst().path().startsWith("0.dense/"), check.toString());
                assertEquals(0.5, check.worst().error(), 1e-3);
                assertTrue(check.entries().stream()
                        .filter(e -> e.path().startsWith("2.dense/"))
                        .allMatch(e -> e.error() < 1e-4));
            }
        }
    }

    @Test
    void theRateFinderSuggestsARateThatLearnsAndChangesNothing() {
        Dataset data = Digits.of(640, 1);
        try (Device device = TestDevice.open();
                Model model = Digits.model(device);
                Model other = Digits.model(device)) {
            Map<String, float[]> before = Toy.weights(model);
            Trainer trainer = Digits.trainer(model, new Sgd(0.3));
            LearningRateFinder found = LearningRateFinder.of(trainer, data);
            double rate = found.suggestion();
            assertTrue(rate > 1e-3 && rate < 1, found.toString());
            assertEquals(1e-6, found.points().get(0).rate(), 1e-12);
            assertEquals(found, LearningRateFinder.of(trainer, data));
            Toy.assertSame(before, Toy.weights(model));
            trainer.fit(data);
            Digits.trainer(other, new Sgd(0.3)).fit(data);
            Toy.assertSame(Toy.weights(other), Toy.weights(model));
        }
    }

    private static List<String> warnings(Model model, Trainer trainer, Dataset data, int epochs) {
        return trainer.withEpochs(epochs).withCallback(new Warnings()).fit(data).warnings();
    }

    @Test
    void soundTrainingBringsNoWarnings() {
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            Trainer trainer = Digits.trainer(model, new Adam(1e-3)).withValidation(Digits.of(200, 2));
            assertEquals(List.of(), warnings(model, trainer, Digits.of(1000, 1), 4));
        }
    }

    @Test
    void vanishingGradientsAreTold() {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            layers.add(new Dense(8));
            layers.add(new Sigmoid());
        }
        layers.add(new Dense(3));
        try (Device device = TestDevice.open();
                Model model = Model.create(new Sequential(layers), Shape.of(4), device, 7)) {
            List<String> warnings = warnings(model, Toy.trainer(model, new Sgd(0.1)), Toy.data(40), 1);
            assertTrue(warnings.get(0).startsWith("\"0.dense/weight\": the gradient vanishes"), warnings.toString());
            assertTrue(warnings.stream().noneMatch(w -> w.contains("\"24.dense/weight\": ")), warnings.toString());
        }
    }

    @Test
    void deadAndSaturatedUnitsAndExplodingGradientsAreTold() {
        Layer network = Sequential.of(new Dense(8), new Relu(), new Dense(8), new Sigmoid(), new Dense(3));
        try (Device device = TestDevice.open();
                Model model = Model.create(network, Shape.of(4), device, 7)) {
            float[] low = new float[8];
            Arrays.fill(low, -100);
            model.setParameter("0.dense/bias", low);
            model.setParameter("2.dense/bias", low);
            List<String> warnings = warnings(model, Toy.trainer(model, new Sgd(1e-3)), Toy.data(40), 1);
            assertTrue(
                    warnings.contains("\"1.relu\": most units are dead, 0 for all examples looked at"),
                    warnings.toString());
            assertTrue(
                    warnings.contains("\"3.sigmoid\": most units are saturated, at their limits"), warnings.toString());
        }
        float[] x = {1, 2, 3, 4};
        float[] large = {1e5f, 2e5f, 3e5f, 4e5f};
        Dataset data = Dataset.of(x, Shape.of(1), large, Shape.of(1));
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(1), Shape.of(1), device, 7)) {
            Trainer trainer = Trainer.of(model, new MeanSquaredError(), new Sgd(1e-9));
            List<String> warnings = warnings(model, trainer, data, 1);
            assertTrue(warnings.get(0).contains("the gradient explodes"), warnings.toString());
        }
    }

    @Test
    void aLossThatStaysAndAModelThatOverfitsAreTold() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            List<String> warnings = warnings(model, Toy.trainer(model, new Sgd(1e-9)), Toy.data(40), 4);
            assertEquals(1, warnings.size(), warnings.toString());
            assertTrue(
                    warnings.get(0).startsWith("the loss does not move: it stays at its value of epoch 1, "),
                    warnings.toString());
        }
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Unchecked random = Unchecked.plain(40);
            for (int i = 0; i < 40; i++) {
                random.labels()[i] = (i * i * 7 + i) % 11 % 3;
            }
            Trainer trainer =
                    Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.05)).withValidation(random);
            List<String> warnings = warnings(model, trainer, Toy.data(40), 40);
            assertTrue(
                    warnings.stream().anyMatch(w -> w.startsWith("the model overfits from epoch ")),
                    warnings.toString());
        }
    }
}
