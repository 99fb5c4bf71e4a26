package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Session;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.MeanAbsoluteError;
import schuss.losses.MeanSquaredError;
import schuss.losses.Objective;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.schedules.Cosine;

/** A training loop written by hand. */
@Tag("device")
class OwnLoopTest {
    private static final int BATCH = 16;
    private static final int BATCHES = 4;
    private static final int EPOCHS = 3;

    private static Model model(Device device) {
        return Model.create(
                Sequential.of(new Dense(6), new Tanh(), new Dropout(0.2), new Dense(3)), Shape.of(4), device, 7);
    }

    private static Trainer trainer(Model model) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                .withBatchSize(BATCH)
                .withEpochs(EPOCHS)
                .withClipNorm(1)
                .withSchedule(new Cosine());
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void isBitByBitWhatFitDoes(Device device) {
        Dataset data = Toy.data(BATCH * BATCHES);
        try (device;
                Model fitted = model(device);
                Model looped = model(device)) {
            History history = trainer(fitted).fit(data);
            Trainer trainer = trainer(looped);
            double last = 0;
            try (Session step = trainer.session(BATCH, BATCHES)) {
                for (int epoch = 1; epoch <= EPOCHS; epoch++) {
                    int[] order = trainer.order(epoch, data.size());
                    last = 0;
                    for (int from = 0; from < order.length; from += BATCH) {
                        load(data, order, from, step);
                        last += step.run().number("loss") / BATCHES;
                    }
                }
            }
            try (Model fresh = model(device)) {
                Toy.assertSame(Toy.weights(fresh), Toy.weights(looped)); // nothing is published yet
            }
            trainer.publish();
            Toy.assertSame(Toy.weights(fitted), Toy.weights(looped));
            assertEquals(history.epochs().get(EPOCHS - 1).value("loss"), last, 1e-5);
        }
    }

    private static void load(Dataset data, int[] order, int from, Session step) {
        float[] x = new float[BATCH * 4];
        int[] labels = new int[BATCH];
        ExampleReader reader = new ExampleReader(data);
        for (int i = 0; i < BATCH; i++) {
            reader.read(order[from + i]);
            System.arraycopy(reader.inputs(), 0, x, 4 * i, 4);
            labels[i] = reader.label();
        }
        step.set("input", x).set("target", labels);
    }

    /** Forward and backward change nothing; the update alone does what is left of a run. */
    @Test
    void bodyAndUpdateApart() {
        Dataset data = Toy.data(BATCH);
        try (Device device = TestDevice.open();
                Model whole = model(device);
                Model apart = model(device)) {
            int[] order = trainer(whole).order(1, BATCH);
            try (Session step = trainer(whole).session(BATCH);
                    Session parts = trainer(apart).session(BATCH)) {
                load(data, order, 0, step);
                load(data, order, 0, parts);
                float[] before = parts.slot("parameters", "0.dense/weight");
                float loss = parts.runBody().number("loss");
                assertArrayEquals(before, parts.slot("parameters", "0.dense/weight"));
                assertEquals(loss, step.run().number("loss"));
                float[] gradient = parts.slot("gradients", "0.dense/weight");
                assertArrayEquals(step.slot("gradients", "0.dense/weight"), gradient);
                parts.runUpdate();
                assertArrayEquals(
                        step.slot("parameters", "0.dense/weight"), parts.slot("parameters", "0.dense/weight"));
            }
        }
    }

    /** Else one buffer would serve both, and a loss compare an input with itself. */
    @Test
    void aTargetHasANameOfItsOwn() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(2), new Spec("target", DType.F32, Shape.of(2)), device, 1)) {
            Dataset data = Dataset.of(new float[8], Shape.of(2), new float[8], Shape.of(2));
            Trainer trainer = Trainer.of(model, new MeanSquaredError(), new Adam());
            assertEquals(
                    "target \"target\": expected a name that no input of the network has, got one of [target]",
                    assertThrows(IllegalArgumentException.class, () -> trainer.fit(data))
                            .getMessage());
        }
    }

    /** Both would count and update at once. */
    @Test
    void aRunInsideAnEpochOfAFitIsRefused() {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            Trainer trainer = trainer(model);
            try (Session step = trainer.session(BATCH)) {
                load(Toy.data(BATCH), trainer.order(1, BATCH), 0, step);
                trainer.withCallback(new Callback() {
                            @Override
                            public void onProgress(Progress progress) {
                                assertThrows(IllegalStateException.class, step::run);
                            }

                            @Override
                            public void onEpoch(Epoch epoch) {
                                step.run();
                            }
                        })
                        .fit(Toy.data(BATCH));
                step.run();
            }
        }
    }

    /** It changes nothing, and the ones after it are not made to suffer. */
    @Test
    void aBatchThatIsNotFiniteIsPassedOver() {
        Dataset data = Toy.data(BATCH);
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            Trainer trainer = trainer(model);
            try (Session step = trainer.session(BATCH)) {
                float[] before = step.slot("parameters", "0.dense/weight");
                load(data, trainer.order(1, BATCH), 0, step);
                float[] bad = new float[BATCH * 4];
                bad[3] = Float.NaN;
                assertTrue(Float.isNaN(step.set("input", bad).run().number("loss")));
                assertArrayEquals(before, step.slot("parameters", "0.dense/weight"));
                load(data, trainer.order(1, BATCH), 0, step);
                step.run();
                float[] after = step.slot("parameters", "0.dense/weight");
                assertFalse(java.util.Arrays.equals(before, after));
                try (Session frozen = trainer.withFrozen("0.dense").session(BATCH)) { // of the same training
                    load(data, trainer.order(1, BATCH), 0, frozen);
                    frozen.run();
                    assertArrayEquals(after, step.slot("parameters", "0.dense/weight"));
                }
                model.close();
                assertThrows(IllegalStateException.class, () -> step.slot("parameters", "0.dense/weight"));
                assertThrows(IllegalStateException.class, step::runUpdate);
            }
        }
    }

    /** What a trainer needs goes when it is closed or forgotten, not only with the model. */
    @Test
    void aTrainerGivesItsMemoryBack() throws InterruptedException {
        Dataset data = Toy.data(BATCH);
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            long before = device.allocatedBytes();
            Trainer trainer = trainer(model);
            Session step = trainer.session(BATCH);
            load(data, trainer.order(1, BATCH), 0, step);
            step.runBody();
            trainer.fit(data);
            trainer.close();
            for (org.junit.jupiter.api.function.Executable use : List.<org.junit.jupiter.api.function.Executable>of(
                    step::run,
                    step::runUpdate,
                    () -> step.slot("gradients", "0.dense/weight"),
                    () -> trainer.fit(data))) {
                assertEquals(
                        "Trainer: expected it open, got it closed",
                        assertThrows(IllegalStateException.class, use).getMessage());
            }
            step.close();
            trainer.close();
            assertEquals(before, device.allocatedBytes());
            for (int i = 0; i < 5; i++) {
                trainer(model).fit(data);
            }
            for (int i = 0; i < 100 && device.allocatedBytes() > before; i++) {
                System.gc();
                Thread.sleep(20);
            }
            assertEquals(before, device.allocatedBytes());
            trainer(model).fit(data); // and then with the model
        }
    }

    /** Two losses may compare with one target, and a target may have a name of its own. */
    @Test
    void oneTargetOfANameForTwoLosses() {
        float[] x = {1, 2, 3, 4, 5, 6, 7, 8};
        Dataset data = Dataset.of(x, Shape.of(2), new float[] {1, 2, 3, 4}, Shape.of(1));
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(1), Shape.of(2), device, 1)) {
            Trainer trainer = Trainer.of(
                            model,
                            List.of(
                                    new Objective("output", "price", new MeanSquaredError(), 1),
                                    new Objective("output", "price", new MeanAbsoluteError(), 0.5)),
                            new Adam(0.01))
                    .withBatchSize(4)
                    .withEpochs(1);
            double fitted = trainer.fit(data).epochs().get(0).value("loss");
            try (Model same = Model.create(new Dense(1), Shape.of(2), device, 1);
                    Session step = Trainer.of(
                                    same,
                                    List.of(
                                            new Objective("output", "price", new MeanSquaredError(), 1),
                                            new Objective("output", "price", new MeanAbsoluteError(), 0.5)),
                                    new Adam(0.01))
                            .session(4)) {
                step.set("input", x).set("price", 1f, 2f, 3f, 4f);
                assertEquals(fitted, step.run().number("loss"), 1e-5);
            }
        }
    }

    @Test
    void whatALoopCannotDoIsSaid() {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> trainer(model).withAccumulation(2).session(4));
            assertThrows(IllegalArgumentException.class, () -> trainer(model).session(0));
            Session step = trainer(model).session(4);
            model.close();
            assertThrows(IllegalStateException.class, step::run);
            step.close();
        }
    }
}
