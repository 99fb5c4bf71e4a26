package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Layer;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.optim.Sgd;

/** What is computed without an update: losses, gradients, and predictions while training goes on. */
@Tag("device")
class EvaluationTest {
    @Test
    void evaluationCountsEveryExampleOnce() {
        Dataset data = Digits.of(601, 8); // no multiple of a batch
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            Trainer trainer = Digits.trainer(model, new Sgd(0.1)).withMetric(new Accuracy());
            Map<String, Double> values = trainer.evaluate(data);
            double loss = 0;
            double right = 0;
            ByteBuffer pixels = ByteBuffer.allocate(4 * 64).order(java.nio.ByteOrder.nativeOrder());
            ByteBuffer label = ByteBuffer.allocate(4).order(java.nio.ByteOrder.nativeOrder());
            for (int i = 0; i < data.size(); i++) {
                data.read(i, 0, pixels, label);
                float[] x = new float[64];
                pixels.asFloatBuffer().get(x);
                double[] z = new double[10];
                float[] raw = model.predict(x);
                Arrays.setAll(z, k -> raw[k]);
                double sum = Arrays.stream(z).map(Math::exp).sum();
                double target = z[label.getInt(0)];
                loss += Math.log(sum) - target;
                right += Arrays.stream(z).max().getAsDouble() == target ? 1 : 0;
            }
            assertEquals(loss / data.size(), values.get("loss"), 1e-5);
            assertEquals(right / data.size(), values.get("accuracy"), 1e-9);
        }
    }

    /** Predictions in other threads see the weights of some epoch's end, never those of the middle. */
    @Test
    void predictionsSeePublishedWeightsOnly() throws InterruptedException {
        Dataset data = Digits.of(2000, 1);
        float[] x = new float[64 * 3];
        Arrays.fill(x, 0.3f);
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            Digits.trainer(model, new Adam(1e-3)).fit(data.take(32)); // predictions are probabilities from here on
            List<float[]> published = new ArrayList<>(List.of(model.predict(x)));
            List<float[]> seen = new ArrayList<>();
            Semaphore predictions = new Semaphore(0);
            AtomicBoolean trained = new AtomicBoolean();
            Thread reader = new Thread(() -> {
                boolean last = false;
                while (!last) {
                    last = trained.get();
                    seen.add(model.predict(x));
                    predictions.release();
                }
            });
            reader.start();
            Digits.trainer(model, new Adam(1e-3))
                    .withEpochs(6)
                    .withCallback(new Callback() {
                        @Override
                        public void onProgress(Progress progress) {
                            predictions.drainPermits();
                            assertMore(predictions, 2); // the second has begun in the middle of this epoch
                            assertArrayEquals(published.get(published.size() - 1), model.predict(x));
                        }

                        @Override
                        public void onEpoch(Epoch epoch) {
                            published.add(model.predict(x));
                        }
                    })
                    .fit(data);
            trained.set(true);
            reader.join(30_000);
            assertFalse(reader.isAlive());
            assertEquals(7, published.size());
            assertTrue(seen.size() > 10, "predictions: " + seen.size());
            for (float[] y : seen) {
                assertTrue(published.stream().anyMatch(p -> Arrays.equals(p, y)), Arrays.toString(y));
            }
            assertArrayEquals(published.get(6), seen.get(seen.size() - 1));
            assertFalse(Arrays.equals(published.get(0), published.get(6)));
        }
    }

    private static void assertMore(Semaphore semaphore, int permits) {
        try {
            assertTrue(semaphore.tryAcquire(permits, 30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The words are those of training; a loss that is NaN for other reasons is a result like any other. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void aLabelThatIsNoClassIsRefused(Device device) {
        try (device;
                Model model = Toy.model(device)) {
            Trainer trainer = Toy.trainer(model, new Sgd(0.1));
            double loss = trainer.evaluate(Unchecked.plain(700)).get("loss");
            for (int label : new int[] {3, -1}) {
                Unchecked wrong = Unchecked.plain(700);
                wrong.labels()[600] = label; // of the last batch
                String message = assertThrows(IllegalArgumentException.class, () -> trainer.evaluate(wrong))
                        .getMessage();
                assertEquals("data: label " + label + " of example 600: expected 0 to 2", message);
                String inFit = assertThrows(NotFiniteException.class, () -> trainer.fit(wrong.subset(new int[] {600})))
                        .getMessage();
                assertTrue(inFit.contains("label " + label + " of example 0: expected 0 to 2"), inFit);
            }
            assertEquals(loss, trainer.evaluate(Unchecked.plain(700)).get("loss"));
            Unchecked ignored = Unchecked.plain(700);
            ignored.labels()[600] = -1;
            ignored.x()[500][0] = Float.NaN;
            Trainer lenient = Trainer.of(model, new SoftmaxCrossEntropy().withIgnoredLabel(-1), new Sgd(0.1));
            assertTrue(Double.isNaN(lenient.evaluate(ignored).get("loss")));
        }
    }

    @Test
    void gradientsOfTwoParametersThatShareOne() {
        int batch = 3;
        Layer twice = (scope, x) -> x.add(scope.bias("b", Shape.of(batch, 2), Initializer.zeros()))
                .add(scope.bias("c", Shape.of(batch, 2), Initializer.zeros()));
        Layer row = (scope, x) -> x.add(scope.bias("b", Shape.of(2), Initializer.zeros()))
                .add(scope.bias("c", Shape.of(2), Initializer.zeros()))
                .add(scope.bias("d", Shape.of(1, 2), Initializer.zeros()));
        float[] x = {1, 2, 3, 4, 5, 6};
        float[] t = {0, 0, 0, 0, 0, 0};
        Dataset data = Dataset.of(x, Shape.of(2), t, Shape.of(2));
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                try (Model model = Model.create(
                        (scope, v) -> v.shape().dim(0) == batch ? twice.forward(scope, v) : twoOf(scope, v),
                        Shape.of(2),
                        device,
                        1)) {
                    // skipped for batches of other sizes: the parameters have the batch in their shape
                    Map<String, float[]> g = Trainer.of(model, new MeanSquaredError(), new Sgd(1))
                            .gradients(data);
                    float[] expected = {1 / 3f, 2 / 3f, 1, 4 / 3f, 5 / 3f, 2};
                    assertArrayEquals(expected, g.get("b"), 1e-6f);
                    assertArrayEquals(expected, g.get("c"), 1e-6f);
                }
                try (Model model = Model.create(row, Shape.of(2), device, 1)) {
                    Map<String, float[]> g = Trainer.of(model, new MeanSquaredError(), new Sgd(1))
                            .gradients(data);
                    for (String path : new String[] {"b", "c", "d"}) {
                        assertArrayEquals(new float[] {3, 4}, g.get(path), 1e-5f, path);
                    }
                }
            }
        }
    }

    /** The same parameters for the batch of one that a model is made with. */
    private static schuss.ops.Value twoOf(schuss.layers.Scope scope, schuss.ops.Value x) {
        schuss.ops.Value b = scope.bias("b", Shape.of(3, 2), Initializer.zeros());
        schuss.ops.Value c = scope.bias("c", Shape.of(3, 2), Initializer.zeros());
        return x.add(b.mean(0)).add(c.mean(0));
    }
}
