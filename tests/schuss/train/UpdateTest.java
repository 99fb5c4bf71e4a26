package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.data.Dataset;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.Loss;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Group;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.Sgd;
import schuss.optim.UpdateRule;
import schuss.program.Abilities;
import schuss.program.Passes;
import schuss.program.Program;
import schuss.program.Request;
import schuss.program.Variable;

/** What happens between gradients and parameters, from the trainer's settings to the weights, on two devices. */
class UpdateTest {
    private static final String WEIGHT = "0.dense/weight";
    private static final String BIAS = "0.dense/bias";
    private static final String LAST = "2.dense/weight";

    static Stream<Device> devices() {
        return Stream.of(Device.reference(), Device.cpu(1), Device.cpu(2));
    }

    private static Model model(Device device) {
        return Model.create(Sequential.of(new Dense(6), new Tanh(), new Dense(3)), Shape.of(4), device, 7);
    }

    private static Dataset data(int count) {
        float[] x = new float[4 * count];
        int[] labels = new int[count];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(1.7 * i);
        }
        for (int i = 0; i < count; i++) {
            labels[i] = x[4 * i] > 0.3 ? 2 : x[4 * i + 1] > 0 ? 1 : 0;
        }
        return Dataset.of(x, Shape.of(4), labels, 3);
    }

    private static Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), optimizer).batchSize(1000);
    }

    private static Map<String, float[]> weights(Model model) {
        Map<String, float[]> weights = new TreeMap<>();
        model.layout().entries().keySet().forEach(path -> weights.put(path, model.parameter(path)));
        return weights;
    }

    /** The weights after some training with these settings. */
    private static Map<String, float[]> trained(
            Device device, Optimizer optimizer, int epochs, UnaryOperator<Trainer> settings) {
        try (Model model = model(device)) {
            settings.apply(trainer(model, optimizer).epochs(epochs)).fit(data(40));
            return weights(model);
        }
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> actual) {
        expected.forEach((path, values) -> assertArrayEquals(values, actual.get(path), path));
    }

    private static void assertNear(Map<String, float[]> expected, Map<String, float[]> actual, float tolerance) {
        expected.forEach((path, values) -> assertArrayEquals(values, actual.get(path), tolerance, path));
    }

    /** Their difference, all parameters in a row. */
    private static double[] difference(Map<String, float[]> from, Map<String, float[]> to) {
        return from.keySet().stream()
                .flatMapToDouble(path -> {
                    double[] d = new double[from.get(path).length];
                    Arrays.setAll(d, i -> (double) to.get(path)[i] - from.get(path)[i]);
                    return Arrays.stream(d);
                })
                .toArray();
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    // Several batches to an update

    @ParameterizedTest
    @MethodSource("devices")
    void severalBatchesAreLikeALargeOne(Device device) {
        try (device) {
            for (int count : new int[] {128, 300, 40}) { // 300: updates of 4, 4 and 2 batches, the last of 12 examples
                for (Optimizer optimizer : List.of(new Sgd(0.1), new Adam(0.01), new Momentum(0.1, 0.9))) {
                    try (Model large = model(device);
                            Model small = model(device)) {
                        Dataset data = data(count);
                        Trainer one = trainer(large, optimizer).batchSize(128).clipNorm(0.5);
                        Trainer four = trainer(small, optimizer)
                                .batchSize(32)
                                .accumulate(4)
                                .clipNorm(0.5);
                        History expected = one.metric(new Accuracy()).epochs(5).fit(data);
                        History actual = four.metric(new Accuracy()).epochs(5).fit(data);
                        // rounding differs; Adam passes a gradient's relative error on to a step of 0.01
                        assertNear(weights(large), weights(small), 2e-5f);
                        assertArrayEquals(expected.values("loss"), actual.values("loss"), 1e-5);
                        assertArrayEquals(expected.values("accuracy"), actual.values("accuracy"), 1e-9);
                    }
                }
            }
        }
    }

    /** Batches whose examples weigh more count more; those that weigh nothing not at all. */
    @ParameterizedTest
    @MethodSource("devices")
    void severalBatchesOfWeightedExamples(Device device) {
        float[] some = new float[40];
        for (int i = 0; i < some.length; i++) {
            some[i] = i % 7 * (i < 20 ? 1 : 0.25f);
        }
        try (device) {
            for (float[] weights : new float[][] {some, new float[40]}) {
                try (Model large = model(device);
                        Model small = model(device)) {
                    Dataset data = data(40).withWeights(weights);
                    trainer(large, new Sgd(0.5)).epochs(5).fit(data);
                    trainer(small, new Sgd(0.5))
                            .batchSize(8)
                            .accumulate(5)
                            .epochs(5)
                            .fit(data);
                    assertNear(weights(large), weights(small), 2e-6f);
                }
            }
        }
    }

    @Test
    void howAnEpochIsCut() {
        Batches batches = new Batches(300, 32, 4);
        assertEquals(10, batches.count());
        assertEquals(3, batches.updates());
        assertEquals(12, batches.examplesOf(9));
        assertEquals(
                List.of(Request.Part.FIRST, Request.Part.MIDDLE, Request.Part.MIDDLE, Request.Part.LAST),
                List.of(batches.part(4), batches.part(5), batches.part(6), batches.part(7)));
        assertEquals(Request.Part.LAST, batches.part(9));
        assertEquals(Request.Part.WHOLE, new Batches(129, 32, 4).part(4));
    }

    // Clipping

    @ParameterizedTest
    @MethodSource("devices")
    void clippingByTheGlobalNorm(Device device) {
        try (device) {
            Map<String, float[]> start = trained(device, new Sgd(0), 1, t -> t);
            double[] free = difference(start, trained(device, new Sgd(1), 1, t -> t));
            double norm = norm(free);
            double[] clipped = difference(start, trained(device, new Sgd(1), 1, t -> t.clipNorm(norm / 3)));
            assertEquals(norm / 3, norm(clipped), 1e-6);
            for (int i = 0; i < free.length; i++) {
                assertEquals(free[i] / 3, clipped[i], 1e-6);
            }
            double[] inParts = difference(
                    start,
                    trained(
                            device,
                            new Sgd(1),
                            1,
                            t -> t.batchSize(13).accumulate(9).clipNorm(norm / 3)));
            assertEquals(norm / 3, norm(inParts), 1e-6);
            assertSame(
                    trained(device, new Sgd(1), 1, t -> t),
                    trained(device, new Sgd(1), 1, t -> t.clipNorm(1.1 * norm)));
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void clippingByValue(Device device) {
        try (device) {
            Map<String, float[]> start = trained(device, new Sgd(0), 1, t -> t);
            double[] free = difference(start, trained(device, new Sgd(1), 1, t -> t));
            double limit = 0.02;
            double[] clipped = difference(start, trained(device, new Sgd(1), 1, t -> t.clipValue(limit)));
            assertTrue(Arrays.stream(free).anyMatch(d -> Math.abs(d) > limit));
            assertTrue(Arrays.stream(free).anyMatch(d -> Math.abs(d) < limit));
            for (int i = 0; i < free.length; i++) {
                assertEquals(Math.max(-limit, Math.min(limit, free[i])), clipped[i], 2e-7);
            }
        }
    }

    // Groups

    @ParameterizedTest
    @MethodSource("devices")
    void frozenWeightsKeepTheirBits(Device device) {
        try (device;
                Model model = model(device);
                Model other = model(device)) {
            Map<String, float[]> start = weights(model);
            for (Optimizer optimizer : List.of(new Sgd(0.1), new AdamW(0.01), new schuss.optim.Rprop())) {
                Trainer trainer = trainer(model, optimizer)
                        .freeze("0.dense")
                        .l1(0.01)
                        .maxNorm(0.1)
                        .clipNorm(0.01);
                trainer.gradients(data(40)); // leaves nothing behind that the norm would count
                trainer.fit(data(40));
                trainer(other, optimizer)
                        .freeze("0.dense")
                        .l1(0.01)
                        .maxNorm(0.1)
                        .clipNorm(0.01)
                        .fit(data(40));
                assertSame(weights(other), weights(model));
            }
            assertArrayEquals(start.get(WEIGHT), model.parameter(WEIGHT));
            assertArrayEquals(start.get(BIAS), model.parameter(BIAS));
            assertFalse(Arrays.equals(start.get(LAST), model.parameter(LAST)));
            // and are trained again
            Trainer trainer = trainer(model, new Sgd(0.1)).freeze("0.dense");
            trainer.fit(data(40));
            assertArrayEquals(start.get(WEIGHT), model.parameter(WEIGHT));
            trainer.group("0.dense", g -> g.withFrozen(false)).fit(data(40));
            assertFalse(Arrays.equals(start.get(WEIGHT), model.parameter(WEIGHT)));
        }
    }

    @Test
    void nothingIsComputedForFrozenWeights() {
        Layer layer = Sequential.of(new Dense(6), new Tanh(), new Dense(3));
        Spec input = new Spec("input", schuss.DType.F32, Shape.of(5, 4));
        Spec target = new Spec("label", schuss.DType.I32, Shape.of(5));
        UpdateRule rule = new UpdateRule(new Sgd(0.1)).withGroup("0.dense", g -> g.withFrozen(true));
        Request request =
                Request.training(layer, input, target, new SoftmaxCrossEntropy(), List.of(), rule, Request.Part.WHOLE);
        Program program = Passes.compile(request, Abilities.NONE);
        assertTrue(program.variables().containsValue(new Variable(Variable.Kind.GRADIENTS, 0, LAST)));
        assertFalse(program.variables().containsValue(new Variable(Variable.Kind.GRADIENTS, 0, WEIGHT)));
        assertTrue(program.steps().stream().noneMatch(s -> s.path().startsWith("0.dense'")), program.toString());
        assertTrue(program.steps().stream().noneMatch(s -> s.path().startsWith("1.tanh'")), program.toString());
    }

    @ParameterizedTest
    @MethodSource("devices")
    void ratesAndDecaysOfGroups(Device device) {
        try (device) {
            Map<String, float[]> start = trained(device, new Sgd(0), 1, t -> t);
            Map<String, float[]> plain = trained(device, new Sgd(0.1), 1, t -> t);
            Map<String, float[]> grouped = trained(
                    device,
                    new Sgd(0.1),
                    1,
                    t -> t.group("*/bias", g -> g.withRate(2))
                            .group("2.dense/*", g -> g.withRate(0.5))
                            .group(WEIGHT, g -> g.withDecay(0.3)));
            for (int i = 0; i < 6; i++) {
                float b = start.get(BIAS)[i];
                assertEquals(2 * (plain.get(BIAS)[i] - b), grouped.get(BIAS)[i] - b, 1e-7);
            }
            for (int i = 0; i < 18; i++) {
                float w = start.get(LAST)[i];
                assertEquals(0.5 * (plain.get(LAST)[i] - w), grouped.get(LAST)[i] - w, 1e-7);
            }
            for (int i = 0; i < 24; i++) {
                float w = start.get(WEIGHT)[i];
                assertEquals(plain.get(WEIGHT)[i] - 0.1 * 0.3 * w, grouped.get(WEIGHT)[i], 1e-7);
            }
        }
    }

    @Test
    void whichPathsAPatternMeans() {
        assertTrue(new Group("0.dense").matches("0.dense/weight"));
        assertTrue(new Group("0.dense/weight").matches("0.dense/weight"));
        assertFalse(new Group("0.dense").matches("0.dense2/weight"));
        assertTrue(new Group("*/bias").matches("3.sequential/0.dense/bias"));
        assertFalse(new Group("*/bias").matches("0.dense/biases"));
        assertTrue(new Group("3.*dense*t").matches("3.sequential/0.dense/weight"));
        assertFalse(new Group("3.*dense*t").matches("3.sequential/0.dense/bias"));
        assertFalse(new Group("ab*ba").matches("aba"));
        assertTrue(new Group("*").matches("p"));
    }

    // Penalties and max-norm

    /** A loss without a slope: only penalties and decay move the weights. */
    private static final Loss FLAT =
            (output, target) -> output.map(e -> e.mul(0)).mean(-1);

    @ParameterizedTest
    @MethodSource("devices")
    void penalties(Device device) {
        try (device;
                Model model = Model.create(new Dense(2), Shape.of(2), device, 1)) {
            Dataset data = Dataset.of(new float[] {1, 2}, Shape.of(2), new float[] {0, 0}, Shape.of(2));
            model.setParameter("bias", 1, -1);
            model.setParameter("weight", 1, -2, 0, 3);
            Trainer trainer =
                    Trainer.of(model, FLAT, new Sgd(0.5).withWeightDecay(0.1)).elasticNet(0.2, 0.3);
            trainer.fit(data);
            assertArrayEquals(new float[] {1, -1}, model.parameter("bias"));
            // w - 0.5 * (0.2 * sign(w) + 0.4 * w)
            assertArrayEquals(new float[] {0.7f, -1.5f, 0, 2.3f}, model.parameter("weight"), 1e-6f);
            trainer.l1(0).l2(0).group("bias", g -> g.withL1(1)).fit(data);
            assertArrayEquals(new float[] {0.5f, -0.5f}, model.parameter("bias"), 1e-6f);
            // decoupled: the penalty goes through the means, whose first step is the rate; the decay does not
            model.setParameter("weight", 1, -2, 0, 3);
            Trainer.of(model, FLAT, new AdamW(0.5).withWeightDecay(0.1)).l1(0.2).fit(data);
            assertArrayEquals(new float[] {0.45f, -1.4f, 0, 2.35f}, model.parameter("weight"), 1e-6f);
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void maxNorm(Device device) {
        try (device;
                Model model = Model.create(new Dense(3), Shape.of(2), device, 1)) {
            Dataset data = Dataset.of(new float[] {1, 2}, Shape.of(2), new float[] {0, 0, 0}, Shape.of(3));
            float[] start = {3, 1, 0, 4, 1, 0};
            model.setParameter("weight", start);
            model.setParameter("bias", 9, 9, 9);
            Trainer.of(model, FLAT, new Sgd(0.5)).maxNorm(2).fit(data);
            assertArrayEquals(new float[] {1.2f, 1, 0, 1.6f, 1, 0}, model.parameter("weight"), 1e-6f);
            assertEquals(1, model.parameter("weight")[1]); // below the limit: not a bit
            assertArrayEquals(new float[] {9, 9, 9}, model.parameter("bias"));
        }
        try (Device cpu = Device.cpu(1);
                Model model = model(cpu)) {
            trainer(model, new Sgd(5)).epochs(20).maxNorm(0.7).fit(data(40));
            float[] w = model.parameter(WEIGHT);
            for (int unit = 0; unit < 6; unit++) {
                double sum = 0;
                for (int i = unit; i < w.length; i += 6) {
                    sum += (double) w[i] * w[i];
                }
                assertTrue(Math.sqrt(sum) < 0.7 * (1 + 1e-6), "norm " + Math.sqrt(sum));
            }
        }
    }

    // Averages

    @ParameterizedTest
    @MethodSource("devices")
    void averagesFollowTheirRecurrence(Device device) {
        try (device) {
            for (boolean uniform : new boolean[] {false, true}) {
                try (Model averaged = model(device);
                        Model raw = model(device)) {
                    Trainer one = trainer(averaged, new Adam(0.05)).validation(data(20));
                    one = uniform ? one.averageWeights() : one.averageWeights(0.8);
                    Trainer twin = trainer(raw, new Adam(0.05));
                    double[] expected = doubles(averaged.parameter(WEIGHT));
                    for (int t = 1; t <= 12; t++) { // an epoch is a step here
                        History history = one.fit(data(40));
                        twin.fit(data(40));
                        float[] w = raw.parameter(WEIGHT); // training goes on with these, not with the averages
                        double share = uniform ? 1.0 / t : 0.2;
                        for (int i = 0; i < w.length; i++) {
                            expected[i] += share * (w[i] - expected[i]);
                        }
                        assertArrayEquals(expected, doubles(averaged.parameter(WEIGHT)), 1e-6, "step " + t);
                        assertEquals(
                                trainer(averaged, new Sgd(0)).evaluate(data(20)).get("loss"),
                                history.last().value("validation loss"),
                                1e-12);
                    }
                    averaged.setParameter(WEIGHT, new float[24]); // training and average begin anew from these
                    raw.setParameter(WEIGHT, new float[24]);
                    for (String path : List.of(BIAS, LAST, "2.dense/bias")) {
                        raw.setParameter(path, averaged.parameter(path));
                    }
                    float[] before = averaged.parameter(LAST);
                    one.fit(data(40));
                    twin.fit(data(40));
                    float[] w = raw.parameter(LAST);
                    float[] a = averaged.parameter(LAST);
                    for (int i = 0; i < w.length; i++) {
                        assertEquals(before[i] + (uniform ? 1 : 0.2) * (w[i] - before[i]), a[i], 1e-6);
                    }
                }
            }
        }
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        Arrays.setAll(result, i -> values[i]);
        return result;
    }

    /** A batch in the middle of an update is not finite: neither weights nor averages move, and training goes on as if. */
    @ParameterizedTest
    @MethodSource("devices")
    void whatIsNotFiniteChangesNothing(Device device) {
        try (device;
                Model model = model(device);
                Model other = model(device)) {
            UnaryOperator<Trainer> settings = t -> t.batchSize(10)
                    .accumulate(3)
                    .clipNorm(0.1)
                    .maxNorm(1)
                    .averageWeights(0.9)
                    .l1(0.001);
            Trainer trainer = settings.apply(trainer(model, new Adam(0.01)));
            Trainer twin = settings.apply(trainer(other, new Adam(0.01)));
            trainer.fit(data(40));
            twin.fit(data(40));
            Map<String, float[]> before = weights(model);
            assertSame(weights(other), before);
            float[] x = new float[4 * 30];
            Arrays.fill(x, 5, 6, Float.POSITIVE_INFINITY);
            assertThrows(NotFiniteException.class, () -> trainer.fit(new Raw(x, new int[30])));
            assertSame(before, weights(model));
            trainer.fit(data(40));
            twin.fit(data(40));
            assertSame(weights(other), weights(model));
        }
    }

    /** Examples that nobody has checked. */
    private record Raw(float[] x, int[] labels) implements Dataset {
        @Override
        public int size() {
            return labels.length;
        }

        @Override
        public Spec input() {
            return new Spec("input", schuss.DType.F32, Shape.of(4));
        }

        @Override
        public Spec target() {
            return new Spec("label", schuss.DType.I32, Shape.of());
        }

        @Override
        public int classes() {
            return 3;
        }

        @Override
        public void read(int index, int row, java.nio.ByteBuffer inputs, java.nio.ByteBuffer targets) {
            for (int i = 0; i < 4; i++) {
                inputs.putFloat(4 * (4 * row + i), x[4 * index + i]);
            }
            targets.putInt(4 * row, labels[index]);
        }
    }

    // Settings

    @Test
    void settingsThatCannotBe() {
        try (Device device = Device.cpu(1);
                Model model = model(device)) {
            Trainer trainer = trainer(model, new Sgd(0.1));
            assertThrows(IllegalArgumentException.class, () -> trainer.accumulate(0));
            assertThrows(IllegalArgumentException.class, () -> trainer.clipNorm(0));
            assertThrows(IllegalArgumentException.class, () -> trainer.clipValue(Double.NaN));
            assertThrows(IllegalArgumentException.class, () -> trainer.l1(-1));
            assertThrows(IllegalArgumentException.class, () -> trainer.maxNorm(-1));
            assertThrows(IllegalArgumentException.class, () -> trainer.averageWeights(1));
            assertThrows(IllegalArgumentException.class, () -> trainer.group("*", g -> g.withRate(-1)));
            assertThrows(IllegalArgumentException.class, () -> trainer.update(new UpdateRule(new Sgd(0.2))));
            Trainer unknown = trainer(model, new Sgd(0.1)).freeze("encoder");
            String message = assertThrows(IllegalArgumentException.class, () -> unknown.fit(data(10)))
                    .getMessage();
            assertTrue(message.contains("\"encoder\"") && message.contains(WEIGHT), message);
            Trainer all = trainer(model, new Sgd(0.1)).freeze("*");
            assertThrows(IllegalArgumentException.class, () -> all.fit(data(10)));
        }
    }

    @Test
    void equalRulesAreEqual() {
        UnaryOperator<UpdateRule> settings = r -> r.withClipNorm(1)
                .withAccumulate(4)
                .withMaxNorm(3.9)
                .withAverage(0.999)
                .withGroup("*/bias", g -> g.withRate(2));
        assertEquals(settings.apply(new UpdateRule(new Adam())), settings.apply(new UpdateRule(new Adam())));
        assertFalse(settings.apply(new UpdateRule(new Adam())).equals(new UpdateRule(new Adam())));
    }
}
