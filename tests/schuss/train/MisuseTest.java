package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.optim.Sgd;
import schuss.optim.UpdateRule;

/** What a trainer refuses before and while it works, and what is closed beneath it: an exception, never a crash or a wrong number. */
@Tag("device")
final class MisuseTest {
    private static final Dataset DATA =
            Dataset.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, Shape.of(2), new float[] {1, 2, 3, 4}, Shape.of(1));

    private static Trainer trainer(Model model) {
        return Trainer.of(model, new MeanSquaredError(), new Sgd(0.001))
                .withBatchSize(1)
                .withEpochs(20);
    }

    private static Callback onProgress(Consumer<Progress> action) {
        return new Callback() {
            @Override
            public void onProgress(Progress progress) {
                action.accept(progress);
            }
        };
    }

    @Test
    void closingTheModelOrTheDeviceEndsTraining() {
        for (boolean wholeDevice : new boolean[] {false, true}) {
            try (Device device = TestDevice.open();
                    Model model = Model.create(new Dense(1), Shape.of(2), device, 1)) {
                Trainer trainer = trainer(model).withCallback(onProgress(p -> {
                    if (wholeDevice) {
                        device.close();
                    } else {
                        model.close();
                    }
                }));
                assertThrows(IllegalStateException.class, () -> trainer.fit(DATA));
            }
        }
    }

    @Test
    void nothingClosesWithinItsOwnWork() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(1), Shape.of(2), device, 1)) {
            for (AutoCloseable closed : new AutoCloseable[] {model, device}) {
                Dataset closing = new Dataset() {
                    @Override
                    public int size() {
                        return 1;
                    }

                    @Override
                    public Spec input() {
                        return DATA.input();
                    }

                    @Override
                    public Spec target() {
                        return DATA.target();
                    }

                    @Override
                    public int classes() {
                        return 0;
                    }

                    @Override
                    public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
                        try {
                            closed.close();
                        } catch (RuntimeException e) {
                            throw e;
                        } catch (Exception e) {
                            throw new IllegalArgumentException(e);
                        }
                    }
                };
                DataException e =
                        assertThrows(DataException.class, () -> trainer(model).fit(closing));
                assertInstanceOf(IllegalStateException.class, e.getCause());
            }
            assertEquals(1, model.predict(new float[2]).length);
        }
    }

    @Test
    void evaluatingInsideAnEpochIsRefusedAndBetweenEpochsHarmless() {
        try (Device device = TestDevice.open();
                Model plain = Model.create(new Dense(1), Shape.of(2), device, 1);
                Model watched = Model.create(new Dense(1), Shape.of(2), device, 1)) {
            trainer(plain).fit(DATA);
            AtomicReference<Trainer> self = new AtomicReference<>();
            Trainer trainer = trainer(watched)
                    .withCallback(onProgress(p -> {
                        assertThrows(
                                IllegalStateException.class, () -> self.get().evaluate(DATA));
                        assertThrows(
                                IllegalStateException.class, () -> self.get().gradients(DATA));
                        assertThrows(
                                IllegalStateException.class, () -> self.get().fit(DATA));
                    }))
                    .withCallback(new Callback() {
                        @Override
                        public void onEpoch(Epoch epoch) {
                            self.get().evaluate(DATA);
                        }
                    });
            self.set(trainer);
            trainer.fit(DATA);
            assertArrayEquals(plain.parameter("weight"), watched.parameter("weight"));
        }
    }

    @Test
    void aNetworkThatChangesOrForgetsTheBatchIsRefused() {
        try (Device device = TestDevice.open()) {
            int[] units = {3};
            Layer changing = (scope, x) -> scope.apply("dense", new Dense(units[0]), x);
            try (Model model = Model.create(changing, Shape.of(2), device, 1)) {
                units[0] = 3000;
                assertThrows(IllegalArgumentException.class, () -> model.predict(new float[2]));
            }
            Layer batchless = (scope, x) -> scope.weight("w", Shape.of(5), (s, r, v) -> {});
            assertThrows(IllegalArgumentException.class, () -> Model.create(batchless, Shape.of(2), device, 1));
        }
    }

    @Test
    void dataThatDoesNotFit() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam());
            Dataset wide = Dataset.of(new float[10], Shape.of(5), new int[2], 3);
            String message = assertThrows(IllegalArgumentException.class, () -> trainer.fit(wide))
                    .getMessage();
            assertTrue(message.contains("(4)") && message.contains("(5)"), message);
            Dataset manyClasses = Dataset.of(new float[8], Shape.of(4), new int[2], 7);
            message = assertThrows(IllegalArgumentException.class, () -> trainer.fit(manyClasses))
                    .getMessage();
            assertTrue(message.contains("3") && message.contains("7"), message);
            Dataset numbers = Dataset.of(new float[8], Shape.of(4), new float[6], Shape.of(3));
            message = assertThrows(IllegalArgumentException.class, () -> trainer.fit(numbers))
                    .getMessage();
            assertTrue(message.contains("I32") && message.contains("f32"), message);
            Trainer squares = Trainer.of(model, new MeanSquaredError(), new Adam());
            Dataset narrow = Dataset.of(new float[8], Shape.of(4), new float[4], Shape.of(2));
            message = assertThrows(IllegalArgumentException.class, () -> squares.fit(narrow))
                    .getMessage();
            assertTrue(message.contains("(2, 3)") && message.contains("(2, 2)"), message);
            assertThrows(IllegalArgumentException.class, () -> trainer.withBatchSize(0));
            assertThrows(IllegalArgumentException.class, () -> trainer.withEpochs(-1));
            trainer.fit(Unchecked.plain(10)); // still well
        }
    }

    @Test
    void settingsThatCannotBe() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Trainer trainer = Toy.trainer(model, new Sgd(0.1));
            assertThrows(IllegalArgumentException.class, () -> trainer.withAccumulation(0));
            assertThrows(IllegalArgumentException.class, () -> trainer.withClipNorm(0));
            assertThrows(IllegalArgumentException.class, () -> trainer.withClipValue(Double.NaN));
            assertThrows(IllegalArgumentException.class, () -> trainer.withL1(-1));
            assertThrows(IllegalArgumentException.class, () -> trainer.withMaxNorm(-1));
            assertThrows(IllegalArgumentException.class, () -> trainer.withAverageWeights(1));
            assertThrows(IllegalArgumentException.class, () -> trainer.withGroup("*", g -> g.withRate(-1)));
            assertThrows(IllegalArgumentException.class, () -> trainer.withUpdateRule(new UpdateRule(new Sgd(0.2))));
            Trainer unknown = Toy.trainer(model, new Sgd(0.1)).withFrozen("encoder");
            String message = assertThrows(IllegalArgumentException.class, () -> unknown.fit(Toy.data(10)))
                    .getMessage();
            assertTrue(message.contains("\"encoder\"") && message.contains("0.dense/weight"), message);
            Trainer all = Toy.trainer(model, new Sgd(0.1)).withFrozen("*");
            assertThrows(IllegalArgumentException.class, () -> all.fit(Toy.data(10)));
        }
    }

    @Test
    void anEpochThatBreaksOffKeepsWhatItLearned() {
        Map<String, float[]> stopped;
        Map<String, float[]> broken;
        try (Device device = TestDevice.open()) {
            try (Model model = Toy.model(device)) {
                Toy.trainer(model, new Sgd(0.1))
                        .withBatchSize(8)
                        .withSchedule((step, perEpoch, total) -> step < 2 ? 1 : 0)
                        .fit(Toy.data(40));
                stopped = Toy.weights(model);
            }
            try (Model model = Toy.model(device)) {
                Trainer trainer = Toy.trainer(model, new Sgd(0.1))
                        .withBatchSize(8)
                        .withSchedule((step, perEpoch, total) -> step < 2 ? 1 : Double.NaN);
                assertThrows(IllegalStateException.class, () -> trainer.fit(Toy.data(40)));
                broken = Toy.weights(model);
            }
        }
        Toy.assertSame(stopped, broken);
    }
}
