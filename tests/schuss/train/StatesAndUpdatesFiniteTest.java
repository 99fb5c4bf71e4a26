package schuss.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import schuss.Device;
import schuss.FormatException;
import schuss.Model;
import schuss.Session;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.io.Safetensors;
import schuss.layers.BatchNorm;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.RmsProp;
import schuss.optim.Sgd;
import schuss.train.checkpoint.CheckpointFile;
import schuss.train.checkpoint.CheckpointFolder;

/** What loss and gradients do not show: states of layers that would not stay finite, and updates that make what is not. */
@Tag("device")
class StatesAndUpdatesFiniteTest {
    private static final int EXAMPLES = 40;

    /** Numbers of which one is far out, which a normalisation brings back: the loss is finite. */
    private static Dataset withOutlier(int inputs, float outlier) {
        float[] x = new float[EXAMPLES * inputs];
        int[] labels = new int[EXAMPLES];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(1.7 * i);
        }
        for (int i = 0; i < EXAMPLES; i++) {
            labels[i] = i % 2;
        }
        x[5] = outlier;
        return Dataset.of(x, Shape.of(inputs), labels, 2);
    }

    private static Map<String, float[]> all(Model model) {
        Map<String, float[]> all = Toy.weights(model);
        model.declarations().states().forEach(state -> all.put(state.path(), model.parameter(state.path())));
        return all;
    }

    /** Training stops naming the state, and leaves everything as it was; then it goes on. */
    private static void expectStopped(Device device, Layer net, Shape input, float outlier, String state) {
        try (Model model = Model.create(net, input, device, 1);
                Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))) {
            trainer.withBatchSize(EXAMPLES).fit(withOutlier((int) input.size(), 0.5f));
            Map<String, float[]> before = all(model);
            NotFiniteException e =
                    assertThrows(NotFiniteException.class, () -> trainer.fit(withOutlier((int) input.size(), outlier)));
            assertTrue(e.getMessage().contains("\"" + state + "\""), e.getMessage());
            assertTrue(e.getMessage().contains("those before this step"), e.getMessage());
            Toy.assertSame(before, all(model));
            trainer.fit(withOutlier((int) input.size(), 0.5f));
        }
    }

    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void statesStayFinite(Device device) {
        try (device) {
            Layer dense = Sequential.of(new Dense(8), new BatchNorm(), new Relu(), new Dense(2));
            expectStopped(device, dense, Shape.of(4), 1e21f, "1.batchnorm/running_variance");
            Layer first = Sequential.of(new BatchNorm(), new Dense(2));
            expectStopped(device, first, Shape.of(4), 3e21f, "0.batchnorm/running_variance");
            Layer inner = Sequential.of(Sequential.of(new Dense(8), new BatchNorm().withMomentum(1)), new Dense(2));
            expectStopped(device, inner, Shape.of(3), 1e22f, "0.sequential/1.batchnorm/running_variance");
            // a state of a layer of somebody's own, which nothing else reads
            Layer squares = (scope, x) -> {
                Value state = scope.state("squares", x.shape().tail(), 0);
                scope.update(state, x.square().mean(0), 0.25);
                return x.map(v -> v.max(schuss.ops.Expression.constant(-1)).min(schuss.ops.Expression.constant(1)));
            };
            expectStopped(device, Sequential.of(squares, new Dense(2)), Shape.of(4), 1e30f, "0.lambda/squares");
        }
    }

    /** One example, one weight: gradient 2 (w x - t) x. */
    private static Dataset line(float x, float t) {
        return Dataset.of(new float[] {x}, Shape.of(1), new float[] {t}, Shape.of(1));
    }

    /** The last update of a fit makes weights, or what the optimiser remembers, infinite: nobody sees that. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void whatAnUpdateMakesIsFinite(Device device) {
        try (device) {
            // finite in double where it is not in single: models are of singles everywhere
            expectKept(device, new Sgd(3e38), 1e3f, "the parameter \"weight\"");
            expectKept(device, new Momentum(3e38, 0.9), 1e3f, "the parameter \"weight\"");
            expectKept(device, new Momentum(1, 0.9), 1e25f, null); // finite: nothing is wrong
            expectKept(device, new Adam(1e-3), 1e12f, "the optimiser's v of \"weight\"");
            expectKept(device, new RmsProp(1e-3), 1e12f, "the optimiser's square of \"weight\"");
        }
    }

    private static void expectKept(Device device, Optimizer optimizer, float x, String expected) {
        try (Model model = Model.create(new Dense(1).withoutBias(), Shape.of(1), device, 1);
                Trainer trainer = Trainer.of(model, new MeanSquaredError(), optimizer)) {
            model.setParameter("weight", 1);
            if (expected == null) {
                Dataset fine = line(1, 2);
                trainer.fit(fine);
                return;
            }
            float t = x == 1e12f ? x * 0.5f : 0; // a residual that is large, and a square that is finite
            NotFiniteException e = assertThrows(NotFiniteException.class, () -> trainer.fit(line(x, t)));
            assertTrue(e.getMessage().contains("in epoch 1"), e.getMessage());
            assertTrue(e.getMessage().contains(expected), e.getMessage());
            assertArrayEquals(new float[] {1}, model.parameter("weight"));
            try (Session step = trainer.session(1)) {
                step.set("input", x).set("target", t).run();
                assertThrows(NotFiniteException.class, trainer::publish);
            }
            assertArrayEquals(new float[] {1}, model.parameter("weight"));
            Trainer other = Trainer.of(model, new MeanSquaredError(), new Sgd(0.25));
            other.fit(line(1, 2));
            assertArrayEquals(new float[] {1.5f}, model.parameter("weight"), 1e-6f);
        }
    }

    /** In the middle of an epoch the next step shows it; the model keeps the weights before the epoch. */
    @ParameterizedTest
    @MethodSource("schuss.train.Toy#devices")
    void anUpdateInTheMiddle(Device device) {
        try (device;
                Model model = Toy.model(device);
                Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(3e38))
                        .withL2(1e4)
                        .withBatchSize(4)
                        .withEpochs(3)) {
            Map<String, float[]> before = Toy.weights(model);
            NotFiniteException e = assertThrows(NotFiniteException.class, () -> trainer.fit(Toy.data(40)));
            assertTrue(e.getMessage().contains("in the parameter"), e.getMessage());
            assertTrue(e.getMessage().contains("the weights that predictions saw last"), e.getMessage());
            Toy.assertSame(before, Toy.weights(model));
        }
    }

    /** Checkpoints with numbers that nobody can go on from are told and passed over. */
    @Test
    void checkpoints(@TempDir Path folder) throws IOException {
        for (String name : List.of("weights/2.dense/bias", "optimizer.v/0.dense/weight", "average/0.dense/bias")) {
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                Path here = Files.createTempDirectory(folder, "run");
                try (Device device = Device.cpu(1);
                        Model model = Toy.model(device);
                        Model other = Toy.model(device)) {
                    Trainer trainer = Toy.trainer(model, new Adam(0.01))
                            .withAverageWeights(0.9)
                            .withBatchSize(10);
                    trainer.withCheckpoints(here, 2).withEpochs(2).fit(Toy.data(40));
                    List<Path> files = new CheckpointFolder(here).files();
                    spoil(files.get(0), name, bad);
                    List<String> told = new ArrayList<>();
                    Trainer resumed = Toy.trainer(other, new Adam(0.01))
                            .withAverageWeights(0.9)
                            .withBatchSize(10);
                    resumed.withNotices(told::add)
                            .withResume(here)
                            .withEpochs(2)
                            .fit(Toy.data(40));
                    String all = String.join("\n", told);
                    assertTrue(all.contains("expected finite numbers, got " + bad + " in " + name), all);
                    Toy.assertSame(Toy.weights(model), Toy.weights(other));
                    for (Path file : files.subList(1, files.size())) {
                        spoil(file, name, bad);
                    }
                    FormatException e = assertThrows(
                            FormatException.class,
                            () -> resumed.withResume(here).fit(Toy.data(40)));
                    assertTrue(e.getMessage().contains(name), e.getMessage());
                }
            }
        }
    }

    private static void spoil(Path file, String name, float number) throws IOException {
        try (Safetensors open = Safetensors.read(file)) {
            CheckpointFile content = CheckpointFile.of(file, open);
            Map<String, Safetensors.Entry> numbers = new LinkedHashMap<>(content.numbers());
            float[] values = open.floats(name);
            values[0] = number;
            numbers.put(name, Safetensors.Entry.of(open.spec(name).shape(), values));
            new CheckpointFile(content.text(), numbers).write(file);
        }
    }

    /** None is written of weights that are not finite. */
    @Test
    void noCheckpointOfWhatIsNotFinite(@TempDir Path folder) {
        try (Device device = Device.cpu(1);
                Model model = Toy.model(device)) {
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(3e38))
                    .withL2(1e4)
                    .withBatchSize(40)
                    .withCheckpoints(folder, 1);
            assertThrows(NotFiniteException.class, () -> trainer.fit(Toy.data(40)));
            assertEquals(List.of(), new CheckpointFolder(folder).files());
            assertFalse(trainer.checkpointed().isPresent());
        }
    }
}
