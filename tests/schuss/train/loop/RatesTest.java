package schuss.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Layer;
import schuss.losses.Loss;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;
import schuss.schedules.Cosine;
import schuss.schedules.Linear;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Span;
import schuss.schedules.StepDecay;
import schuss.schedules.WarmUp;
import schuss.train.History;
import schuss.train.Trainer;

/** Schedules in training: a parameter whose slope is always 1 moves by the rates. */
@Tag("device")
class RatesTest {
    private static final Layer SLOPE = (scope, x) -> x.add(scope.weight("p", Shape.of(1), Initializer.zeros()));
    private static final Loss SUM = (output, target) -> output.sum(1);
    private static final Dataset FOUR = Dataset.of(new float[4], Shape.of(1), new float[4], Shape.of(1));

    private static Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, SUM, optimizer).withBatchSize(2); // 2 steps to an epoch
    }

    private static Model model(Device device) {
        return Model.create(SLOPE, Shape.of(1), device, 1);
    }

    @Test
    void theRateFollowsTheSchedule() {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            Trainer trainer = trainer(model, new Sgd(0.1)).withSchedule(new StepDecay(0.5, Span.epochs(1)));
            History history = trainer.withEpochs(2).fit(FOUR);
            assertEquals(-0.1 * 2 * 1.5, model.parameter("p")[0], 1e-6);
            assertArrayEquals(new double[] {0.1, 0.05}, history.learningRates(), 1e-12);
            history = trainer.withEpochs(1).fit(FOUR); // goes on
            assertEquals(-0.1 * 2 * 1.75, model.parameter("p")[0], 1e-6);
            assertEquals(0.025, history.last().learningRate(), 1e-12);
            assertTrue(history.toCsv().startsWith("epoch,loss,learning rate\n"), history.toCsv());
            assertTrue(history.toCsv().endsWith(",0.0250000000\n"), history.toCsv());
        }
    }

    @Test
    void theWholeTrainingIsThatOfAFit() {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            double[] rates = trainer(model, new Adam(1))
                    .withSchedule(new WarmUp(Span.steps(2)).then(new Cosine()))
                    .withEpochs(5)
                    .fit(FOUR)
                    .learningRates();
            // 10 steps, 8 of them along the cosine; an epoch's last is its second
            double[] expected = new double[5];
            for (int epoch = 0; epoch < 5; epoch++) {
                expected[epoch] = epoch == 0 ? 1 : (1 + Math.cos(Math.PI * (2 * epoch - 1) / 8)) / 2;
            }
            assertArrayEquals(expected, rates, 1e-12);
        }
    }

    @Test
    void updatesOfSeveralBatchesAreSteps() {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            Trainer trainer =
                    trainer(model, new Sgd(0.1)).withAccumulation(2).withSchedule(new StepDecay(0.5, Span.steps(1)));
            trainer.withEpochs(3).fit(FOUR);
            assertEquals(-0.1 * 1.75, model.parameter("p")[0], 1e-6);
        }
    }

    @Test
    void theMomentumFollowsItsSchedule() {
        try (Device device = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device on : new Device[] {device, reference}) {
                try (Model model = model(on)) {
                    trainer(model, new Momentum(0.1, 0.9).withForm(Momentum.Form.AVERAGED))
                            .withMomentumSchedule(new Linear(0.5, 0.99, Span.epochs(3)).perEpoch())
                            .withEpochs(5)
                            .fit(FOUR);
                    double p = 0;
                    double v = 0;
                    for (int step = 0; step < 10; step++) {
                        double mu = Math.min(0.99, 0.5 + 0.49 / 3 * (step / 2));
                        v = mu * v + (1 - mu);
                        p -= 0.1 * v;
                    }
                    assertEquals(p, model.parameter("p")[0], 1e-6);
                }
            }
            try (Model model = model(device)) {
                String message = assertThrows(
                                IllegalArgumentException.class,
                                () -> trainer(model, new Sgd(1))
                                        .withMomentumSchedule(new Linear(0, 0.9, Span.epochs(1))))
                        .getMessage();
                assertTrue(message.contains("Sgd"), message);
            }
        }
    }

    @Test
    void aPlateauLowersTheRate() {
        Loss flat = (output, target) -> output.map(e -> e.mul(0)).sum(1);
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            double[] rates = Trainer.of(model, flat, new Sgd(1))
                    .withReduceOnPlateau(new ReduceOnPlateau(0.1, 1))
                    .withValidation(FOUR)
                    .withEpochs(6)
                    .fit(FOUR)
                    .learningRates();
            assertArrayEquals(new double[] {1, 1, 1, 0.1, 0.1, 0.01}, rates, 1e-12);
            Trainer other =
                    Trainer.of(model, flat, new Sgd(1)).withReduceOnPlateau(new ReduceOnPlateau().watching("accuracy"));
            assertThrows(IllegalArgumentException.class, () -> other.fit(FOUR));
        }
    }

    @Test
    void ratesThatCannotBe() {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            Trainer trainer = trainer(model, new Sgd(1)).withSchedule((step, perEpoch, total) -> 1 - step);
            String message = assertThrows(
                            IllegalStateException.class,
                            () -> trainer.withEpochs(2).fit(FOUR))
                    .getMessage();
            assertTrue(message.contains("update 2") && message.contains("-1"), message);
        }
    }
}
