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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Weights;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.Loss;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;
import schuss.program.Layout;
import schuss.program.Variable;

class TrainerTest {
    private static Layer network() {
        return Sequential.of(
                new Flatten(), new Dense(48), new Relu(), Dropout.drop(0.2), new Dense(32), new Tanh(), new Dense(10));
    }

    private static Model model(Device device) {
        return Model.create(network(), Shape.of(8, 8, 1), device, 42);
    }

    private static Map<String, float[]> weights(Model model) {
        Map<String, float[]> weights = new TreeMap<>();
        model.layout().entries().keySet().forEach(path -> weights.put(path, model.parameter(path)));
        return weights;
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((path, values) -> assertArrayEquals(values, actual.get(path), path));
    }

    private static Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), optimizer).batchSize(32);
    }

    /** Weights after 100 steps of 32 examples, and a partial one in each epoch. */
    private static Map<String, float[]> trained(Device device, Optimizer optimizer, long seed) {
        try (Model model = model(device)) {
            trainer(model, optimizer).seed(seed).epochs(5).fit(Digits.of(32 * 19 + 7, 3));
            return weights(model);
        }
    }

    @Test
    void learnsFromIndices() {
        // which of two words came first: no sum of the words' rows could tell
        int[] words = new int[400];
        int[] labels = new int[200];
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(2);
            words[2 * i] = labels[i] == 0 ? 3 : 5;
            words[2 * i + 1] = labels[i] == 0 ? 5 : 3;
        }
        Dataset data = Dataset.of(words, Shape.of(2), labels, 2);
        Layer layer = Sequential.of(new schuss.layers.Embedding(9, 4), new Flatten(), new Dense(2));
        Spec input = new Spec("words", schuss.DType.I32, Shape.of(2));
        try (Device device = Device.cpu(1);
                Model model = Model.create(layer, input, device, 1)) {
            float[] untouched = model.parameter("0.embedding/weight").clone();
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.05))
                    .batchSize(20)
                    .epochs(5)
                    .metric(new Accuracy());
            assertEquals(1, trainer.fit(data).last().value("accuracy"));
            assertEquals(1, trainer.evaluate(data).get("accuracy"));
            assertTrue(model.predict(new int[] {3, 5})[0] > 0.9);
            assertTrue(model.predict(new int[] {5, 3})[1] > 0.9);
            float[] trained = model.parameter("0.embedding/weight");
            for (int row : new int[] {0, 1, 2, 4, 6, 7, 8}) { // words that never came
                for (int j = 4 * row; j < 4 * row + 4; j++) {
                    assertEquals(untouched[j], trained[j]);
                }
            }
            Dataset numbers = Dataset.of(new float[4], Shape.of(2), new int[2], 2);
            String message = assertThrows(IllegalArgumentException.class, () -> trainer.fit(numbers))
                    .getMessage();
            assertTrue(message.contains("I32") && message.contains("F32"), message);
            Dataset wrong = Dataset.of(new int[] {3, 9}, Shape.of(2), new int[1], 2);
            NotFiniteException bad = assertThrows(NotFiniteException.class, () -> trainer.fit(wrong));
            assertTrue(bad.getMessage().contains("NaN from Gather \"0.embedding"), bad.getMessage());
        }
    }

    @Test
    void sameSeedGivesTheSameBits() {
        for (Optimizer optimizer : new Optimizer[] {new Sgd(0.1), new Momentum(0.01, 0.9), new Adam(1e-3)}) {
            for (int threads : new int[] {1, 2}) {
                try (Device one = Device.cpu(threads);
                        Device other = Device.cpu(threads)) {
                    Map<String, float[]> first = trained(one, optimizer, 1);
                    assertSame(first, trained(one, optimizer, 1));
                    assertSame(first, trained(other, optimizer, 1));
                    assertFalse(Arrays.equals(
                            first.get("1.dense/weight"),
                            trained(one, optimizer, 2).get("1.dense/weight")));
                }
            }
        }
    }

    @Test
    void theReferenceTrainsAlike() {
        Dataset data = Digits.of(64, 3);
        try (Device cpu = Device.cpu(1);
                Device reference = Device.reference();
                Model fast = model(cpu);
                Model right = model(reference)) {
            trainer(fast, new Adam(1e-3)).epochs(3).fit(data);
            trainer(right, new Adam(1e-3)).epochs(3).fit(data);
            Map<String, float[]> expected = weights(right);
            // Adam moves by at most the rate in a step, whatever a tiny gradient's rounding
            weights(fast).forEach((path, values) -> assertArrayEquals(expected.get(path), values, 5e-4f, path));
        }
    }

    @Test
    void modelsOnTwoDevicesDoNotDisturbEachOther() {
        Dataset data = Digits.of(300, 5);
        try (Device one = Device.cpu(1);
                Device two = Device.cpu(1)) {
            Map<String, float[]> alone;
            try (Model model = model(one)) {
                Trainer trainer = trainer(model, new Adam(1e-3));
                for (int epoch = 0; epoch < 4; epoch++) {
                    trainer.fit(data);
                }
                alone = weights(model);
            }
            try (Model a = model(one);
                    Model b = model(two)) {
                Trainer first = trainer(a, new Adam(1e-3));
                Trainer second = trainer(b, new Adam(1e-3));
                for (int epoch = 0; epoch < 2; epoch++) { // in turns
                    first.fit(data);
                    second.fit(data);
                }
                for (int epoch = 0; epoch < 2; epoch++) { // at the same time
                    CompletableFuture<History> other = CompletableFuture.supplyAsync(() -> second.fit(data));
                    first.fit(data);
                    other.join();
                }
                assertSame(alone, weights(a));
                assertSame(alone, weights(b));
            }
        }
    }

    @Test
    void learnsExclusiveOr() {
        float[][] features = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
        Dataset xor = Dataset.of(features, Shape.of(2), new int[] {0, 1, 1, 0}, 2);
        try (Device device = Device.cpu(1);
                Model model =
                        Model.create(Sequential.of(new Dense(8), new Tanh(), new Dense(2)), Shape.of(2), device, 1)) {
            History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.05))
                    .batchSize(4)
                    .epochs(300)
                    .metric(new Accuracy())
                    .fit(xor);
            assertEquals(300, history.epochs().size());
            assertEquals(1, history.last().value("accuracy"));
            assertTrue(history.last().value("loss") < 0.01, history.last().toString());
            float[] p = model.predict(new float[] {0, 0, 0, 1, 1, 0, 1, 1});
            assertTrue(p[0] > 0.9 && p[3] > 0.9 && p[5] > 0.9 && p[6] > 0.9, Arrays.toString(p));
            assertEquals(1, p[0] + p[1], 1e-6);
        }
    }

    @Test
    void learnsDigits() {
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            History history = trainer(model, new Adam(3e-3))
                    .epochs(15)
                    .metric(new Accuracy())
                    .validation(Digits.of(500, 2))
                    .fit(Digits.of(2000, 1));
            assertTrue(history.last().value("validation accuracy") > 0.95, history.toCsv());
            assertTrue(history.last().value("loss") < history.epochs().get(0).value("loss") / 4);
        }
    }

    /** In an autoencoder targets are numbers. */
    @Test
    void learnsARegression() {
        float[] x = new float[256];
        float[] t = new float[256];
        for (int i = 0; i < x.length; i++) {
            x[i] = i / 128f - 1;
            t[i] = (float) Math.sin(3 * x[i]);
        }
        try (Device device = Device.cpu(1);
                Model model =
                        Model.create(Sequential.of(new Dense(32), new Tanh(), new Dense(1)), Shape.of(1), device, 1)) {
            History history = Trainer.of(model, new MeanSquaredError(), new Adam(0.01))
                    .batchSize(64)
                    .epochs(150)
                    .fit(Dataset.of(x, Shape.of(1), t, Shape.of(1)));
            assertTrue(history.last().value("loss") < 0.01, history.last().toString());
        }
    }

    @Test
    void evaluationCountsEveryExampleOnce() {
        Dataset data = Digits.of(601, 8); // no multiple of a batch
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            Trainer trainer = trainer(model, new Sgd(0.1)).metric(new Accuracy());
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
    void predictionsSeePublishedWeightsOnly() {
        Dataset data = Digits.of(2000, 1);
        float[] x = new float[64 * 3];
        Arrays.fill(x, 0.3f);
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            trainer(model, new Adam(1e-3)).fit(data.take(32)); // predictions are probabilities from here on
            List<float[]> published = new ArrayList<>(List.of(model.predict(x)));
            List<float[]> seen = new ArrayList<>();
            boolean[] done = new boolean[1];
            Thread reader = new Thread(() -> {
                boolean last = false;
                while (!last) {
                    synchronized (done) {
                        last = done[0];
                    }
                    seen.add(model.predict(x));
                }
            });
            reader.start();
            trainer(model, new Adam(1e-3))
                    .epochs(6)
                    .callback(new Callback() {
                        @Override
                        public void onEpoch(Epoch epoch) {
                            published.add(model.predict(x));
                        }
                    })
                    .fit(data);
            synchronized (done) {
                done[0] = true;
            }
            assertDoesNotHang(reader);
            assertEquals(7, published.size());
            assertTrue(seen.size() > 10, "predictions: " + seen.size());
            for (float[] y : seen) {
                assertTrue(published.stream().anyMatch(p -> Arrays.equals(p, y)), Arrays.toString(y));
            }
            assertArrayEquals(published.get(6), seen.get(seen.size() - 1));
        }
    }

    private static void assertDoesNotHang(Thread thread) {
        try {
            thread.join(30_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertFalse(thread.isAlive());
    }

    /** A data set that checks nothing: for what Dataset.of would refuse. */
    private record Unchecked(float[][] x, int[] labels, int classes) implements Dataset {
        @Override
        public int size() {
            return x.length;
        }

        @Override
        public Spec input() {
            return new Spec("input", DType.F32, Shape.of(x[0].length));
        }

        @Override
        public Spec target() {
            return new Spec("label", DType.I32, Shape.of());
        }

        @Override
        public void read(int index, int row, ByteBuffer inputs, ByteBuffer targets) {
            for (int i = 0; i < x[index].length; i++) {
                inputs.putFloat(4 * (row * x[index].length + i), x[index][i]);
            }
            targets.putInt(4 * row, labels[index]);
        }
    }

    private static Unchecked plain(int count) {
        float[][] x = new float[count][4];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < 4; k++) {
                x[i][k] = (float) Math.sin(i * 4 + k);
            }
            labels[i] = i % 3;
        }
        return new Unchecked(x, labels, 3);
    }

    private static Model small(Device device) {
        return Model.create(Sequential.of(new Dense(5), new Relu(), new Dense(3)), Shape.of(4), device, 1);
    }

    /** Training stops at a number that is not finite, says where it came from, and keeps the weights before it. */
    private static String stopped(Device device, Unchecked good, Unchecked bad, int at) {
        try (Model model = small(device);
                Model same = small(device)) {
            Trainer trainer =
                    Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01)).batchSize(8);
            NotFiniteException e = assertThrows(NotFiniteException.class, () -> trainer.fit(bad));
            // until then nothing differs: the same order, the same steps
            int[] order = new schuss.Philox(42, 1 << 30, 1).permutation(good.size());
            int step = indexOf(order, at) / 8;
            assertTrue(e.getMessage().contains("epoch 1 at step " + (step + 1)), e.getMessage());
            Trainer other =
                    Trainer.of(same, new SoftmaxCrossEntropy(), new Adam(0.01)).batchSize(8);
            for (int i = 0; i < step; i++) { // step by step: each an epoch of one batch, in its own order
                other.fit(good.subset(Arrays.copyOfRange(order, 8 * i, 8 * i + 8)));
            }
            Map<String, float[]> expected = weights(same);
            // the order within a batch changes how its gradients round
            weights(model).forEach((path, values) -> assertArrayEquals(expected.get(path), values, 1e-4f, path));
            trainer.fit(good); // and it goes on from there
            return e.getMessage();
        }
    }

    private static int indexOf(int[] order, int value) {
        for (int i = 0; i < order.length; i++) {
            if (order[i] == value) {
                return i;
            }
        }
        throw new AssertionError(value);
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
        try (Device cpu = Device.cpu(1);
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

    /** A loss without a slope: only decay moves the weights. */
    @Test
    void weightDecayLeavesBiasesAlone() {
        Loss flat = (output, target) -> output.map(e -> e.mul(0)).mean(-1);
        Layer layer = Sequential.of(new Dense(3).withWeights(Initializer.constant(1)));
        Dataset data = Dataset.of(new float[] {1, 2}, Shape.of(2), new float[] {0, 0, 0}, Shape.of(3));
        try (Device cpu = Device.cpu(1);
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                for (Optimizer optimizer :
                        new Optimizer[] {new Sgd(0.5).withWeightDecay(0.2), new Momentum(0.5, 0).withWeightDecay(0.2)
                        }) {
                    try (Model model = Model.create(layer, Shape.of(2), device, 1)) {
                        model.setParameter("0.dense/bias", 1, 2, 3);
                        Trainer.of(model, flat, optimizer).fit(data);
                        assertArrayEquals(new float[] {1, 2, 3}, model.parameter("0.dense/bias"));
                        float[] decayed = new float[6];
                        Arrays.fill(decayed, 0.9f);
                        assertArrayEquals(decayed, model.parameter("0.dense/weight"), 1e-6f);
                    }
                }
            }
        }
    }

    @Test
    void paddingStaysZero() {
        try (Device device = Device.cpu(1);
                Model model = small(device)) {
            for (Optimizer optimizer :
                    new Optimizer[] {new Adam(0.1).withWeightDecay(0.1), new Momentum(0.1, 0.9).withWeightDecay(0.1)}) {
                Trainer.of(model, new SoftmaxCrossEntropy(), optimizer)
                        .batchSize(8)
                        .epochs(5)
                        .fit(plain(50));
            }
            int size = (int) model.layout().size();
            try (Weights all = new Weights(device.backend(), model.layout(), model.stateLayout())) {
                model.readWeights(all);
                float[] values = new float[size];
                all.of(Variable.Kind.PARAMETERS).read(0, values, 0, size);
                for (Layout.Entry entry : model.layout().entries().values()) {
                    int from = (int) entry.offset();
                    Arrays.fill(
                            values, from, from + (int) entry.parameter().shape().size(), 0);
                }
                assertArrayEquals(new float[size], values);
            }
        }
    }

    @Test
    void numbersThatAreNotFinite() {
        try (Device cpu = Device.cpu(1);
                Device reference = Device.reference()) {
            for (Device device : new Device[] {cpu, reference}) {
                for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    Unchecked data = plain(50);
                    data.x()[33][2] = bad;
                    String message = stopped(device, plain(50), data, 33);
                    assertTrue(message.contains("the data, example 33, number 2"), message);
                    assertTrue(message.contains(String.valueOf(bad)), message);
                }
                for (int label : new int[] {3, -1}) {
                    Unchecked data = plain(50);
                    data.labels()[20] = label;
                    String message = stopped(device, plain(50), data, 20);
                    assertTrue(message.contains("label " + label + " of example 20"), message);
                    assertTrue(message.contains("0 to 2"), message);
                }
            }
            // finite in double, not in single
            Unchecked large = plain(50);
            Arrays.fill(large.x()[7], 3e38f);
            String message = stopped(cpu, plain(50), large, 7);
            assertTrue(message.contains("Infinity from MatMul"), message);
        }
    }

    @Test
    void parametersThatAreNotFinite() {
        try (Device device = Device.cpu(1);
                Model model = small(device)) {
            model.setParameter("2.dense/bias", 1, Float.NaN, 2);
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam());
            NotFiniteException e = assertThrows(NotFiniteException.class, () -> trainer.fit(plain(10)));
            assertTrue(e.getMessage().contains("NaN in the parameter \"2.dense/bias\""), e.getMessage());
        }
    }

    @Test
    void dataThatDoesNotFit() {
        try (Device device = Device.cpu(1);
                Model model = small(device)) {
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
            assertThrows(IllegalArgumentException.class, () -> trainer.batchSize(0));
            assertThrows(IllegalArgumentException.class, () -> trainer.epochs(-1));
            trainer.fit(plain(10)); // still well
        }
    }
}
