package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.DType;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.Spec;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.initializers.Initializer;
import schuss.layers.Dense;
import schuss.layers.Embedding;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.layers.TiedDense;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Lion;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.RmsProp;
import schuss.optim.Sgd;

/** Of a table an update changes the rows that its batches have looked up, as it changes any weight, and no others. */
@Tag("device")
class TableUpdateTest {
    private static final int WORDS = 40;
    private static final int SIZE = 5; // no divisor of what vectors have
    private static final String TABLE = "0.embedding/weight";

    /** What an embedding was before updates went by row. */
    private record WholeTable(int count, int size) implements Layer {
        @Override
        public Value forward(Scope scope, Value indices) {
            double deviation = 1 / Math.sqrt(size);
            return scope.weight("weight", Shape.of(count, size), Initializer.normal(deviation))
                    .gather(indices);
        }
    }

    private static Model model(Layer table, Device device) {
        Layer layer = Sequential.of(table, new Flatten(), new Dense(3));
        return Model.create(layer, new Spec("words", DType.I32, Shape.of(4)), device, 3);
    }

    /** Four words below a number to an example. */
    private static Dataset data(int examples, int words) {
        Random random = new Random(5);
        return Dataset.of(
                random.ints(4L * examples, 0, words).toArray(),
                Shape.of(4),
                random.ints(examples, 0, 3).toArray(),
                3);
    }

    private static Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), optimizer).withBatchSize(16);
    }

    private static List<float[]> trained(
            Layer table, Device device, Optimizer optimizer, int words, UnaryOperator<Trainer> settings) {
        try (Model model = model(table, device)) {
            settings.apply(trainer(model, optimizer).withEpochs(3))
                    .fit(data(72, words)); // the last batch has 8 examples
            List<float[]> weights = new ArrayList<>();
            model.declarations().layout().entries().keySet().forEach(path -> weights.add(model.parameter(path)));
            return weights;
        }
    }

    private static void assertSame(List<float[]> expected, List<float[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i));
        }
    }

    private static void assertNear(List<float[]> expected, List<float[]> actual, float tolerance) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), tolerance);
        }
    }

    /** Without memory or decay nothing would change the other rows. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void asAWholeTableWhereOthersStandStill(Device device) {
        try (device) {
            for (UnaryOperator<Trainer> settings : List.<UnaryOperator<Trainer>>of(
                    t -> t,
                    t -> t.withClipValue(0.01),
                    t -> t.withBatchSize(8).withAccumulation(2),
                    t -> t.withBatchSize(5).withAccumulation(4))) {
                assertSame(
                        trained(new WholeTable(WORDS, SIZE), device, new Sgd(0.5), WORDS, settings),
                        trained(new Embedding(WORDS, SIZE), device, new Sgd(0.5), WORDS, settings));
            }
            // a limit of norms changes all rows: all of them are published
            assertSame(
                    trained(new WholeTable(WORDS, SIZE), device, new Sgd(0.5), WORDS, t -> t.withMaxNorm(0.7)),
                    trained(new Embedding(WORDS, SIZE), device, new Sgd(0.5), WORDS, t -> t.withMaxNorm(0.7)));
            assertSame(
                    trained(new WholeTable(WORDS, SIZE), device, new Sgd(0.5), 9, t -> t.withMaxNorm(0.7)),
                    trained(new Embedding(WORDS, SIZE), device, new Sgd(0.5), 9, t -> t.withMaxNorm(0.7)));
            // the norm of all gradients is added up in another order
            assertNear(
                    trained(new WholeTable(WORDS, SIZE), device, new Sgd(0.5), WORDS, t -> t.withClipNorm(0.1)),
                    trained(new Embedding(WORDS, SIZE), device, new Sgd(0.5), WORDS, t -> t.withClipNorm(0.1)),
                    1e-6f);
        }
    }

    /** Where every batch has all rows there is no difference at all. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void asAWholeTableWhereAllRowsAreUsed(Device device) {
        try (device) {
            for (Optimizer optimizer : List.of(
                    new Momentum(0.1, 0.9),
                    new Adam(0.05),
                    new AdamW(0.05).withWeightDecay(0.1),
                    new RmsProp(0.01),
                    new Lion(0.01))) {
                assertSame(
                        trained(new WholeTable(3, SIZE), device, optimizer, 3, t -> t),
                        trained(new Embedding(3, SIZE), device, optimizer, 3, t -> t));
                assertSame(
                        trained(new WholeTable(3, SIZE), device, optimizer, 3, t -> t.withAccumulation(3)),
                        trained(new Embedding(3, SIZE), device, optimizer, 3, t -> t.withAccumulation(3)));
            }
            UnaryOperator<Trainer> averaged = t -> t.withAverageWeights(0.9).withL2(0.01);
            assertSame(
                    trained(new WholeTable(3, SIZE), device, new Adam(0.05), 3, averaged),
                    trained(new Embedding(3, SIZE), device, new Adam(0.05), 3, averaged));
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void rowsThatNobodyAsksForStay(Device device) {
        try (device) {
            for (UnaryOperator<Trainer> settings : List.<UnaryOperator<Trainer>>of(
                    t -> t, t -> t.withBatchSize(4).withAccumulation(3))) {
                try (Model model = model(new Embedding(WORDS, SIZE), device)) {
                    Trainer trainer = settings.apply(trainer(model, new AdamW(0.05).withWeightDecay(0.5)));
                    float[] first = model.parameter(TABLE);
                    trainer.fit(data(24, WORDS / 2));
                    float[] second = model.parameter(TABLE);
                    int half = WORDS / 2 * SIZE;
                    assertArrayEquals(
                            Arrays.copyOfRange(first, half, first.length),
                            Arrays.copyOfRange(second, half, first.length));
                    assertFalse(Arrays.equals(Arrays.copyOf(first, SIZE), Arrays.copyOf(second, SIZE)));
                    trainer.fit(Dataset.of(new int[] {1, 1, 2, 2}, Shape.of(4), new int[1], 3));
                    float[] third = model.parameter(TABLE); // moments of the others are not 0 any more
                    for (int row = 0; row < WORDS; row++) {
                        boolean used = row == 1 || row == 2;
                        boolean same = Arrays.equals(
                                Arrays.copyOfRange(second, row * SIZE, (row + 1) * SIZE),
                                Arrays.copyOfRange(third, row * SIZE, (row + 1) * SIZE));
                        assertEquals(!used, same, "row " + row);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void severalBatchesAreLikeALargeOne(Device device) {
        try (device) {
            for (Optimizer optimizer : List.of(new Sgd(0.1), new Adam(0.01), new Momentum(0.1, 0.9))) {
                assertNear(
                        trained(new Embedding(WORDS, SIZE), device, optimizer, WORDS, t -> t.withBatchSize(24)),
                        trained(
                                new Embedding(WORDS, SIZE),
                                device,
                                optimizer,
                                WORDS,
                                t -> t.withBatchSize(6).withAccumulation(4)),
                        2e-5f);
            }
        }
    }

    /** Two lookups of one table, and a table that is read as a whole too. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void lookedUpTwiceOrReadOtherwise(Device device) {
        record Twice(Layer table) implements Layer {
            @Override
            public Value forward(Scope scope, Value words) {
                Value left = scope.apply("table", table, words.slice(1, 0, 2));
                Value right = scope.apply("table again", table, words.slice(1, 1, 4));
                return Value.concat(1, left, right);
            }
        }
        try (device) {
            assertNear( // the lookups' gradients are added up in another order
                    trained(new Twice(new WholeTable(WORDS, SIZE)), device, new Sgd(0.5), WORDS, t -> t),
                    trained(new Twice(new Embedding(WORDS, SIZE)), device, new Sgd(0.5), WORDS, t -> t),
                    1e-6f);
            Embedding words = new Embedding(WORDS, SIZE);
            Layer tied = Sequential.of(words, new Flatten(), new Dense(SIZE), new TiedDense(words));
            try (Model model = Model.create(tied, new Spec("words", DType.I32, Shape.of(4)), device, 3)) {
                assertTrue(model.declarations().tables().isEmpty());
                float[] before = model.parameter(TABLE);
                Random random = new Random(5);
                Dataset next = Dataset.of(random.ints(80, 0, 9).toArray(), Shape.of(4), new int[20], WORDS);
                trainer(model, new Adam(0.01)).fit(next);
                float[] after = model.parameter(TABLE);
                for (int i = 0; i < before.length; i++) {
                    assertTrue(before[i] != after[i], "number " + i);
                }
            }
        }
    }

    /** What callbacks ask for is the gradient of the whole table. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void gradientsOfTheLastBatch(Device device) {
        try (device) {
            for (int accumulate : new int[] {1, 3}) {
                List<float[]> gradients = new ArrayList<>();
                for (Layer table : List.of(new WholeTable(WORDS, SIZE), new Embedding(WORDS, SIZE))) {
                    try (Model model = model(table, device)) {
                        String path = model.declarations().parameters().get(0).path();
                        trainer(model, new Sgd(0.1))
                                .withAccumulation(accumulate)
                                .withValidation(data(10, WORDS))
                                .withCallback(new Callback() {
                                    private Training training;

                                    @Override
                                    public void onBegin(Training begun) {
                                        training = begun;
                                    }

                                    @Override
                                    public void onEpoch(Epoch epoch) {
                                        gradients.add(training.gradient(path));
                                    }
                                })
                                .fit(data(72, WORDS));
                    }
                }
                assertArrayEquals(gradients.get(0), gradients.get(1));
                double size = 0;
                for (float number : gradients.get(1)) {
                    size += Math.abs(number);
                }
                assertTrue(size > 0);
            }
        }
    }

    /** Weights that come from elsewhere between two fits are published whole, and so are averages. */
    @Test
    void whatOthersHaveChangedIsPublishedToo() {
        try (Device device = TestDevice.open();
                Model model = model(new Embedding(WORDS, SIZE), device)) {
            Trainer trainer = trainer(model, new Sgd(0.5));
            Dataset few = data(8, 3);
            trainer.fit(few);
            float[] ones = new float[WORDS * SIZE];
            Arrays.fill(ones, 1);
            model.setParameter(TABLE, ones);
            trainer.fit(few);
            float[] table = model.parameter(TABLE);
            assertEquals(1, table[table.length - 1]);
            assertTrue(table[0] != 1);
            Snapshot before = Snapshot.of(model);
            trainer.withAverageWeights(0.5).fit(data(40, WORDS));
            trainer.fit(few);
            before.restore(model);
            trainer.fit(few);
            assertEquals(1, model.parameter(TABLE)[table.length - 1]);
        }
    }

    /** A run that is cut off within an update of several batches ends as one in one go. */
    @Test
    void resumesWithinAnUpdate(@TempDir Path folder) {
        try (Device device = TestDevice.open()) {
            UnaryOperator<Trainer> settings = t -> t.withBatchSize(6).withAccumulation(4);
            List<float[]> expected = trained(new Embedding(WORDS, SIZE), device, new Adam(0.05), WORDS, settings);
            for (int crash : new int[] {1, 3, 4, 14}) {
                Path run = folder.resolve("after " + crash);
                int[] left = {crash};
                Callback crashing = new Callback() {
                    @Override
                    public void onProgress(Progress progress) {
                        if (--left[0] == 0) {
                            throw new IllegalStateException("crash");
                        }
                    }
                };
                assertThrows(
                        IllegalStateException.class,
                        () -> trained(
                                new Embedding(WORDS, SIZE),
                                device,
                                new Adam(0.05),
                                WORDS,
                                t -> settings.apply(t).withCheckpoints(run, 1).withCallback(crashing)));
                assertSame(
                        expected,
                        trained(
                                new Embedding(WORDS, SIZE),
                                device,
                                new Adam(0.05),
                                WORDS,
                                t -> settings.apply(t).withCheckpoints(run, 8).withResume(run)));
            }
        }
    }

    @Test
    void rowsThatAreNotFiniteAreNotPublished() {
        try (Device device = TestDevice.open();
                Model model = model(new Embedding(WORDS, SIZE), device)) {
            float[] before = model.parameter(TABLE);
            NotFiniteException thrown = assertThrows(
                    NotFiniteException.class,
                    () -> trainer(model, new Sgd(1e38))
                            .withGroup(TABLE, g -> g.withL2(1e3))
                            .fit(data(8, 3)));
            assertTrue(thrown.getMessage().contains("parameter"), thrown.getMessage());
            assertArrayEquals(before, model.parameter(TABLE));
            trainer(model, new Sgd(0.1)).fit(data(72, WORDS));
            Map<String, Double> values = trainer(model, new Sgd(0.1)).evaluate(data(72, WORDS));
            assertTrue(Double.isFinite(values.get("loss")));
        }
    }
}
