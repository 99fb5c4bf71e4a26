package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.backend.Backend;
import schuss.backend.OutOfMemoryException;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Embedding;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.LeakyRelu;
import schuss.layers.Relu;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.layers.Sigmoid;
import schuss.layers.Softmax;
import schuss.layers.Tanh;
import schuss.losses.OutputActivation;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.train.Trainer;

@Tag("device")
class ModelTest {
    private static final Shape INPUT = Shape.of(6);

    private static Layer network() {
        return Sequential.of(new Dense(200), new Relu(), new Dense(7), new Softmax());
    }

    private static float[] numbers(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void predictsAsTheReferenceDoesInEveryBatchSize() {
        try (Device cpu = TestDevice.open();
                Device openBlas = Device.cpu(1, CpuOptions.Provider.OPENBLAS);
                Device reference = Device.reference();
                Model right = Model.create(network(), INPUT, reference, 42)) {
            float[] x = numbers(6 * 300, 1);
            float[] expected = right.predict(x);
            for (Device device : new Device[] {cpu, openBlas}) {
                try (Model model = Model.create(network(), INPUT, device, 42)) {
                    for (int count : new int[] {1, 2, 3, 7, 16, 17, 255, 256, 257, 300}) {
                        float[] y = model.predict(Arrays.copyOf(x, 6 * count));
                        assertArrayEquals(Arrays.copyOf(expected, 7 * count), y, 2e-6f, device + " " + count);
                    }
                }
            }
        }
    }

    @Test
    void severalThreadsPredictAsOne() {
        try (Device device = TestDevice.open();
                Model model = Model.create(network(), INPUT, device, 42);
                Executor eight = new Executor(8)) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            int[] counts = {1, 3, 16, 40, 256};
            float[][] expected = new float[counts.length][];
            for (int i = 0; i < counts.length; i++) {
                expected[i] = model.predict(numbers(6 * counts[i], i));
            }
            for (int thread = 0; thread < 8; thread++) {
                int first = thread;
                all.add(eight.run(() -> {
                    for (int i = 0; i < 100; i++) {
                        int kind = (i + first) % counts.length;
                        float[] y = model.predict(numbers(6 * counts[kind], kind));
                        assertArrayEquals(expected[kind], y);
                    }
                }));
            }
            all.forEach(CompletableFuture::join);
        }
    }

    /** An executor that closes. */
    private static final class Executor implements AutoCloseable {
        private final ExecutorService service;

        Executor(int threads) {
            service = Executors.newFixedThreadPool(threads);
        }

        CompletableFuture<Void> run(Runnable task) {
            return CompletableFuture.runAsync(task, service);
        }

        @Override
        public void close() {
            service.shutdownNow();
        }
    }

    @Test
    void modelsOfIntegersAreSavedAndLoaded(@TempDir Path folder) throws IOException {
        Layer layer = Sequential.of(new Embedding(50, 3), new Flatten(), new Dense(4));
        Spec words = new Spec("words", DType.I32, Shape.of(7));
        int[] x = new Random(1).ints(7 * 300, 0, 50).toArray();
        Path file = folder.resolve("words.safetensors");
        try (Device device = TestDevice.open(2);
                Model model = Model.create(layer, words, device, 42)) {
            model.save(file);
            float[] all = model.predict(x);
            try (Model loaded = Model.load(file, layer, words, device)) {
                assertArrayEquals(all, loaded.predict(x));
                float[] last = loaded.predict(Arrays.copyOfRange(x, 7 * 299, 7 * 300));
                assertArrayEquals(Arrays.copyOfRange(all, 4 * 299, 4 * 300), last, 2e-6f);
            }
            Spec wide = new Spec("wide", DType.I64, Shape.of(7));
            assertMessage(() -> Model.create(layer, wide, device, 1).close(), "F32, I32 or U8", "I64");
        }
    }

    /** Bytes are numbers of their own where the model says so, and brightness from 0 to 1 where it wants f32. */
    @Test
    void modelsOfBytesGetThemAsTheyAre() {
        Layer sum = (scope, x) ->
                x.cast(DType.F32).sum(1).reshape(Shape.of(x.shape().dim(0), 1));
        Tensor bytes = Tensor.of(Shape.of(2, 3), (byte) 0, (byte) 1, (byte) 255, (byte) 7, (byte) 128, (byte) 2);
        try (Device device = TestDevice.open();
                Model model = Model.create(sum, new Spec("bytes", DType.U8, Shape.of(3)), device, 1)) {
            Tensor sums = model.predict(Map.of("bytes", bytes)).get("output");
            assertArrayEquals(new float[] {256, 137}, sums.floats());
            assertMessage(() -> model.predict(new float[3]), "type U8, got F32", "Tensor");
        }
    }

    @Test
    void modelsOfBytesTrainOnImages() {
        Shape image = Shape.of(2, 2, 1);
        byte[] pixels = {0, 1, (byte) 255, 7, (byte) 128, 2, 90, 13};
        float[] numbers = {0, 1, 255, 7, 128, 2, 90, 13};
        int[] labels = {0, 1};
        Layer net = Sequential.of((scope, x) -> x.cast(DType.F32).mul(0.01), new Flatten(), new Dense(2));
        try (Device device = TestDevice.open();
                Model ofBytes = Model.create(net, new Spec("image", DType.U8, image), device, 1);
                Model ofFloats = Model.create(net, image, device, 1)) {
            Dataset bytes = Dataset.of(pixels, image, labels, 2);
            Dataset floats = Dataset.of(numbers, image, labels, 2);
            Trainer first =
                    Trainer.of(ofBytes, new SoftmaxCrossEntropy(), new Sgd(0.1)).withEpochs(3);
            Trainer second = Trainer.of(ofFloats, new SoftmaxCrossEntropy(), new Sgd(0.1))
                    .withEpochs(3);
            assertArrayEquals(
                    second.fit(floats).values("loss"), first.fit(bytes).values("loss"));
            assertMessage(() -> first.fit(floats), "type U8", "F32");
        }
    }

    @Test
    void lengthsThatDoNotFitAreNamed() {
        try (Device device = TestDevice.open();
                Model model = Model.create(network(), INPUT, device, 42)) {
            assertMessage(() -> model.predict(new float[7]), "6", "7");
            assertMessage(() -> model.predict(new float[0]), "6", "0");
            assertMessage(() -> model.predict(new float[12], new float[13]), "14", "13");
            assertMessage(() -> model.setParameter("0.dense/bias", 1, 2), "0.dense/bias", "200", "2");
            assertMessage(() -> model.parameter("bias"), "0.dense/weight", "\"bias\"");
            assertMessage(() -> DeviceTensor.of(device, Shape.of(2, 3), 1f, 2f), "6", "2");
            assertMessage(() -> DeviceTensor.of(device, Shape.of(2), 1, 2, 3), "2", "3");
        }
    }

    private static void assertMessage(org.junit.jupiter.api.function.Executable action, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, action).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void whatIsClosedSaysSo() {
        Device device = TestDevice.open();
        Model model = Model.create(network(), INPUT, device, 42);
        Model closed = Model.create(network(), INPUT, device, 42);
        DeviceTensor tensor = DeviceTensor.of(device, Shape.of(2), 1f, 2f);
        DeviceTensor gone = DeviceTensor.of(device, Shape.of(2), 1f, 2f);
        assertArrayEquals(new float[] {1, 2}, tensor.toArray());
        gone.close();
        gone.close(); // closing twice does no harm
        closed.close();
        String text = assertThrows(IllegalStateException.class, gone::toArray).getMessage();
        assertTrue(text.contains("DeviceTensor (2)") && text.contains("closed"), text);
        text = assertThrows(IllegalStateException.class, () -> closed.predict(new float[6]))
                .getMessage();
        assertTrue(text.contains("Model of") && text.contains("closed"), text);
        device.close();
        device.close();
        text = assertThrows(IllegalStateException.class, () -> model.predict(new float[6]))
                .getMessage();
        assertTrue(text.contains("Model of") && text.contains("device") || text.contains(device + ": "), text);
        text = assertThrows(IllegalStateException.class, tensor::toArray).getMessage();
        assertTrue(text.contains("DeviceTensor (2)") && text.contains("device"), text);
        assertThrows(IllegalStateException.class, () -> DeviceTensor.zeros(device, DType.F32, Shape.of(1)));
        assertThrows(IllegalStateException.class, () -> Model.create(network(), INPUT, device, 1));
        assertEquals(0, device.allocatedBytes());
        model.close(); // after its device: no error, nothing to do
        tensor.close();
    }

    @Test
    void memoryBeyondTheBudgetIsRefused() {
        try (Device device = TestDevice.open();
                DeviceTensor kept = DeviceTensor.of(device, Shape.of(1), 5f)) {
            long before = device.allocatedBytes();
            Shape huge = Shape.of(1 << 30, 1 << 14);
            String text = assertThrows(OutOfMemoryException.class, () -> DeviceTensor.zeros(device, DType.F32, huge))
                    .getMessage();
            assertTrue(text.contains("MB") && (text.contains("limit") || text.contains("free")), text);
            // each fits an array, all of them no memory
            List<Layer> large = Stream.generate(() -> (Layer) new Dense(40_000).withoutBias())
                    .limit(1000)
                    .toList();
            assertThrows(
                    OutOfMemoryException.class, () -> Model.create(new Sequential(large), Shape.of(40_000), device, 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Model.create(new Dense(1_000_000_000).withoutBias(), Shape.of(2000), device, 1));
            assertEquals(before, device.allocatedBytes());
            assertArrayEquals(new float[] {5}, kept.toArray());
        }
    }

    /** The ten lines of user code of a skip connection. */
    record Residual(Layer inner) implements Layer {
        @Override
        public Value forward(Scope scope, Value x) {
            return x.add(scope.apply("inner", inner, x));
        }
    }

    @Test
    void skipConnection() {
        try (Device device = TestDevice.open();
                Model model =
                        Model.create(Sequential.of(new Residual(new Dense(2)), new Dense(1)), Shape.of(2), device, 1)) {
            assertEquals(
                    List.of("0.residual/inner/weight", "0.residual/inner/bias", "1.dense/weight", "1.dense/bias"),
                    List.copyOf(model.declarations().layout().entries().keySet()));
            model.setParameter("0.residual/inner/weight", 1, 2, 3, 4);
            model.setParameter("0.residual/inner/bias", 10, 20);
            model.setParameter("1.dense/weight", 1, 100);
            // x W = (1 + 2 * 3, 2 + 2 * 4), plus bias, plus x
            assertArrayEquals(new float[] {18 + 100 * 32}, model.predict(new float[] {1, 2}));
        }
    }

    @Test
    void oneInstanceTwiceSharesItsWeights() {
        Dense shared = new Dense(3);
        Layer twice = Sequential.of(shared, new Tanh(), shared);
        Layer equal = Sequential.of(new Dense(3), new Tanh(), new Dense(3));
        try (Device device = TestDevice.open();
                Model tied = Model.create(twice, Shape.of(3), device, 1);
                Model apart = Model.create(equal, Shape.of(3), device, 1);
                Model again = Model.create(twice, Shape.of(3), device, 2)) {
            assertEquals(12, tied.declarations().layout().elements());
            assertEquals(24, apart.declarations().layout().elements());
            // another model of the same layers has weights of its own
            assertFalse(Arrays.equals(tied.parameter("0.dense/weight"), again.parameter("0.dense/weight")));
            tied.setParameter("0.dense/weight", 0, 1, 0, 0, 0, 1, 1, 0, 0); // moves numbers round
            float t1 = (float) Math.tanh(1);
            float[] y = tied.predict(new float[] {1, 0, 0});
            assertArrayEquals(new float[] {0, 0, t1}, y, 1e-6f);
        }
        Layer misfit = Sequential.of(new Dense(4), shared, new Dense(5), shared);
        try (Device device = TestDevice.open()) {
            assertMessage(() -> Model.create(misfit, Shape.of(3), device, 1), "(4, 3)", "(5, 3)");
        }
    }

    @Test
    void layersComputeTheirFormula() {
        float[] x = {-2, -0.5f, 0, 1, 3, 90};
        try (Device device = TestDevice.open()) {
            check(device, new Relu(), x, v -> Math.max(v, 0));
            check(device, new LeakyRelu(), x, v -> v > 0 ? v : 0.01 * v);
            check(device, new LeakyRelu(0.3), x, v -> v > 0 ? v : 0.3 * v);
            check(device, new Sigmoid(), x, v -> 1 / (1 + Math.exp(-v)));
            check(device, new Tanh(), x, Math::tanh);
            check(device, Dropout.drop(0.5), x, v -> v); // not in predictions
            check(device, Dropout.keep(1), x, v -> v);
            check(device, (scope, v) -> v.map(e -> e.mul(e.sigmoid())), x, v -> v / (1 + Math.exp(-v)));
            double sum = Arrays.stream(new double[] {-2, -0.5, 0, 1, 3})
                    .map(Math::exp)
                    .sum();
            try (Model model = Model.create(new Softmax(), Shape.of(5), device, 1);
                    Model log = Model.create(new schuss.layers.LogSoftmax(), Shape.of(5), device, 1)) {
                float[] first = Arrays.copyOf(x, 5);
                for (int i = 0; i < 5; i++) {
                    assertEquals(Math.exp(x[i]) / sum, model.predict(first)[i], 1e-6);
                    assertEquals(x[i] - Math.log(sum), log.predict(first)[i], 1e-6);
                }
            }
        }
    }

    private static void check(Device device, Layer layer, float[] x, java.util.function.DoubleUnaryOperator formula) {
        try (Model model = Model.create(layer, Shape.of(x.length), device, 1)) {
            float[] y = model.predict(x);
            for (int i = 0; i < x.length; i++) {
                double expected = formula.applyAsDouble(x[i]);
                assertEquals(expected, y[i], 1e-6 * Math.max(1, Math.abs(expected)), layer + " of " + x[i]);
            }
        }
    }

    @Test
    void layersThatDoNotFitSayWhichAndHow() {
        try (Device device = TestDevice.open()) {
            Layer inner = Sequential.of(new Dense(4), (scope, x) -> x.matmul(x));
            assertMessage(
                    () -> Model.create(Sequential.of(new Flatten(), inner), Shape.of(3), device, 1),
                    "1.sequential/1.lambda",
                    "equal inner extents",
                    "(1, 4)");
            assertMessage(() -> Model.create(new Dense(3), Shape.of(), device, 1), "(batch, in)", "(1)");
            assertThrows(IllegalArgumentException.class, () -> new Dense(0));
            for (double rate : new double[] {-0.1, 1, Double.NaN}) {
                assertThrows(IllegalArgumentException.class, () -> new Dropout(rate));
            }
            assertThrows(IllegalArgumentException.class, () -> new LeakyRelu(-1));
            assertThrows(IllegalArgumentException.class, () -> Shape.of(3, 0));
            assertThrows(IllegalArgumentException.class, () -> Device.cpu(0));
            assertEquals(0, device.allocatedBytes());
        }
    }

    /** A user's own op needs a kernel, and without one says so at once. */
    @Test
    void anOpWithoutAKernelIsNamed() {
        try (Device device = TestDevice.open()) {
            Layer layer = (scope, x) -> Value.of(new Mystery(), x);
            try (Model model = Model.create(layer, Shape.of(3), device, 1)) {
                String text = assertThrows(IllegalStateException.class, () -> model.predict(new float[3]))
                        .getMessage();
                assertTrue(
                        text.contains("Mystery")
                                && text.contains(
                                        Inside.of(device, Backend.class).name()),
                        text);
            }
            device.registerNative(Mystery.class, (op, step, threads) -> at -> () -> {});
            try (Model model = Model.create(layer, Shape.of(3), device, 1)) {
                assertArrayEquals(new float[3], model.predict(new float[3]));
            }
        }
    }

    record Mystery() implements schuss.ops.Op {
        @Override
        public List<schuss.ops.Type> infer(List<schuss.ops.Type> inputs) {
            return inputs;
        }
    }

    @Test
    void savesAndLoads(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("model.safetensors");
        float[] x = numbers(12, 3);
        try (Device device = TestDevice.open();
                Model model = Model.create(network(), INPUT, device, 42)) {
            model.setPrediction(OutputActivation.SIGMOID);
            model.save(file);
            try (Model loaded = Model.load(file, network(), INPUT, device)) {
                assertArrayEquals(model.predict(x), loaded.predict(x));
            }
            long before = device.allocatedBytes();
            FormatException e = assertThrows(
                    FormatException.class,
                    () -> Model.load(file, Sequential.of(new Dense(200), new Dense(8)), INPUT, device));
            assertTrue(e.getMessage().contains("1.dense/weight"), e.getMessage());
            e = assertThrows(
                    FormatException.class,
                    () -> Model.load(file, Sequential.of(new Dense(200), new Relu(), new Dense(8)), INPUT, device));
            assertTrue(e.getMessage().contains("(200, 8)") && e.getMessage().contains("(200, 7)"), e.getMessage());
            assertEquals(before, device.allocatedBytes());
        }
    }

    @Test
    void sameSeedSameParameters() {
        try (Device cpu = TestDevice.open();
                Device reference = Device.reference();
                Model one = Model.create(network(), INPUT, cpu, 42);
                Model same = Model.create(network(), INPUT, reference, 42);
                Model other = Model.create(network(), INPUT, cpu, 43)) {
            for (String path : one.declarations().layout().entries().keySet()) {
                assertArrayEquals(one.parameter(path), same.parameter(path));
            }
            assertFalse(Arrays.equals(one.parameter("0.dense/weight"), other.parameter("0.dense/weight")));
            assertFalse(one.parameter("0.dense/weight")[0] == one.parameter("2.dense/weight")[0]);
            assertEquals(2807, one.summary().parameters());
        }
    }

    @Test
    void outputsThatAreNoFloatsOrLoseTheBatchAreRefused() {
        try (Device device = TestDevice.open()) {
            Spec integers = new Spec("x", DType.I32, Shape.of(3));
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> Model.create(schuss.layers.Reshape.to(3, 1), integers, device, 1))
                    .getMessage();
            assertTrue(message.contains("F32") && message.contains("I32"), message);
            Layer lost = (scope, x) -> x.mean(0).reshape(Shape.of(1, 4));
            try (Model model = Model.create(lost, Shape.of(4), device, 1)) {
                String shape = assertThrows(IllegalArgumentException.class, () -> model.predict(new float[12]))
                        .getMessage();
                assertTrue(shape.contains("each of 4 examples") && shape.contains("(1, 4)"), shape);
            }
        }
    }
}
