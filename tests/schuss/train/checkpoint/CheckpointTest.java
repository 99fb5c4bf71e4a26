package schuss.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.Device;
import schuss.FormatException;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.layers.BatchNorm;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.RmsProp;
import schuss.optim.Sgd;
import schuss.schedules.Cosine;
import schuss.schedules.Linear;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Span;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.History;
import schuss.train.Progress;
import schuss.train.Toy;
import schuss.train.Trainer;
import schuss.train.Training;

/** A run that is cut off and resumed ends as one in one go. */
@Tag("device")
class CheckpointTest {
    private static final Dataset DATA = Toy.data(43);
    private static final int BATCHES = 9; // an epoch of batches of 5
    private static final int EPOCHS = 3;

    @TempDir
    Path root;

    private final List<String> notices = new ArrayList<>();
    private int folders;

    private Path folder() {
        return root.resolve("checkpoints-" + folders++);
    }

    private static Model model(Device device) {
        return Model.create(
                Sequential.of(new Dense(6), new BatchNorm(), new Relu(), Dropout.drop(0.2), new Dense(3)),
                Shape.of(4),
                device,
                7);
    }

    private Trainer trainer(Model model, Optimizer optimizer) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), optimizer)
                .withBatchSize(5)
                .withEpochs(EPOCHS)
                .withMetric(new Accuracy())
                .withNotices(notices::add);
    }

    /** What a run came to: weights and running statistics, and every number of its history. */
    private record Result(Map<String, float[]> weights, String epochs, List<History.LossPoint> losses) {
        static Result of(Model model, History history) {
            Map<String, float[]> weights = Toy.weights(model);
            model.declarations()
                    .stateLayout()
                    .entries()
                    .keySet()
                    .forEach(path -> weights.put(path, model.parameter(path)));
            return new Result(weights, history.toCsv(), history.losses());
        }

        void assertSame(Result other) {
            Toy.assertSame(weights, other.weights);
            assertEquals(epochs, other.epochs);
            assertEquals(losses, other.losses);
        }
    }

    private Result run(Device device, Optimizer optimizer, UnaryOperator<Trainer> settings) {
        try (Model model = model(device)) {
            return Result.of(model, settings.apply(trainer(model, optimizer)).fit(DATA));
        }
    }

    /** Ends training as a crash does after so many reports of a batch, or of an epoch where that is more. */
    private static final class Crash implements Callback {
        private final int batches;
        private int seen;

        Crash(int batches) {
            this.batches = batches;
        }

        @Override
        public void onProgress(Progress progress) {
            seen++;
            if (seen == batches) {
                throw new IllegalStateException("crash");
            }
        }
    }

    private void crash(Device device, Optimizer optimizer, UnaryOperator<Trainer> settings, Path folder, int batches) {
        try (Model model = model(device)) {
            Trainer trainer = settings.apply(trainer(model, optimizer))
                    .withCheckpoints(folder, 1)
                    .withCallback(new Crash(batches));
            assertEquals(
                    "crash",
                    assertThrows(IllegalStateException.class, () -> trainer.fit(DATA))
                            .getMessage());
        }
    }

    private void assertResumes(Device device, Optimizer optimizer, UnaryOperator<Trainer> settings, int... crashes) {
        try (device) {
            Result whole = run(device, optimizer, settings);
            for (int batches : crashes) {
                Path folder = folder();
                crash(device, optimizer, settings, folder, batches);
                UnaryOperator<Trainer> resumed =
                        t -> settings.apply(t).withCheckpoints(folder, 8).withResume(folder);
                whole.assertSame(run(device, optimizer, resumed));
                // all is done: once more gives the same
                whole.assertSame(run(device, optimizer, resumed));
            }
        }
    }

    @Test
    void adamResumesToTheBit() {
        Optimizer adam = new Adam(0.01).withWeightDecay(1e-3);
        assertResumes(TestDevice.open(), adam, t -> t, 1, 2, BATCHES, BATCHES + 1);
        assertResumes(TestDevice.open(2), adam, t -> t, 5);
        assertResumes(Device.reference(), adam, t -> t, BATCHES + 2);
    }

    @Test
    void accumulationAndAveragesResumeToTheBit() {
        UnaryOperator<Trainer> uniform =
                t -> t.withAccumulation(4).withAverageWeights().withClipNorm(0.5);
        assertResumes(TestDevice.open(), new Adam(0.01), uniform, 3, 4, 5, 14);
        assertResumes(Device.reference(), new Adam(0.01), uniform, 12);
        assertResumes(
                TestDevice.open(),
                new RmsProp(0.01),
                t -> t.withAccumulation(2).withAverageWeights(0.9).withFrozen("0.dense"),
                6);
    }

    @Test
    void schedulesResumeToTheBit() {
        assertResumes(
                TestDevice.open(),
                new Momentum(0.1, 0.5),
                t -> t.withSchedule(new Cosine()).withMomentumSchedule(new Linear(0.5, 0.9, Span.training())),
                14);
        assertResumes(
                TestDevice.open(),
                new Sgd(1),
                t -> t.withReduceOnPlateau(new ReduceOnPlateau(0.5, 0).withThreshold(0.5))
                        .withValidation(Toy.data(17))
                        .withEpochs(4),
                BATCHES + 2,
                3 * BATCHES + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, BATCHES, BATCHES + 3})
    void stoppingWritesWhereItStopped(int batches) {
        try (Device device = TestDevice.open()) {
            Result whole = run(device, new Adam(0.01), t -> t);
            Path folder = folder();
            try (Model model = model(device)) {
                // with one after every batch, each is reported
                Trainer some = trainer(model, new Adam(0.01)).withCheckpoints(folder, 1);
                Trainer trainer = some.withCallback(new Callback() {
                    private int seen;

                    @Override
                    public void onProgress(Progress progress) {
                        if (++seen == batches) {
                            some.stop();
                        }
                    }
                });
                trainer.fit(DATA);
                assertTrue(trainer.isStopped());
                Path newest = trainer.checkpointed().orElseThrow();
                assertEquals(
                        "batch-%09d.safetensors".formatted(batches),
                        newest.getFileName().toString());
            }
            whole.assertSame(run(device, new Adam(0.01), t -> t.withResume(folder)));
        }
    }

    @Test
    void checkpointsChangeNothingAndTheLastTwoStay() throws IOException {
        try (Device device = TestDevice.open()) {
            Path folder = folder();
            Result whole = run(device, new Adam(0.01), t -> t);
            whole.assertSame(run(device, new Adam(0.01), t -> t.withCheckpoints(folder, 2)));
            assertEquals(List.of("batch-000000027.safetensors", "batch-000000026.safetensors"), files(folder));
            Path four = folder();
            run(device, new Adam(0.01), t -> t.withCheckpoints(four, 1, 4));
            assertEquals(4, files(four).size());
            try (Model model = model(device)) {
                Trainer trainer = trainer(model, new Adam(0.01));
                assertRefused(folder + ": expected a folder without checkpoints", trainer.withCheckpoints(folder, 2));
            }
        }
    }

    private static List<String> files(Path folder) {
        return new CheckpointFolder(folder)
                .files().stream().map(f -> f.getFileName().toString()).toList();
    }

    private static String assertRefused(String start, Trainer trainer) {
        String message =
                assertThrows(FormatException.class, () -> trainer.fit(DATA)).getMessage();
        assertTrue(message.startsWith(start), message);
        assertEquals(1, message.lines().count());
        return message;
    }

    @Test
    void withoutACheckpointTrainingStartsAfresh() {
        try (Device device = TestDevice.open()) {
            Path folder = folder();
            Result whole = run(device, new Adam(0.01), t -> t);
            whole.assertSame(run(
                    device, new Adam(0.01), t -> t.withCheckpoints(folder, 4).withResume(folder)));
            assertEquals(List.of("no checkpoint in " + folder + ": training starts afresh"), notices);
        }
    }

    @Test
    void theOneBeforeADamagedOneServes() throws IOException {
        try (Device device = TestDevice.open()) {
            Result whole = run(device, new Adam(0.01), t -> t);
            for (boolean truncated : new boolean[] {true, false}) {
                Path folder = folder();
                crash(device, new Adam(0.01), t -> t, folder, 14);
                Path newest = new CheckpointFolder(folder).files().get(0);
                damage(newest, truncated);
                notices.clear();
                whole.assertSame(run(
                        device,
                        new Adam(0.01),
                        t -> t.withCheckpoints(folder, 4).withResume(folder)));
                assertEquals(2, notices.size(), notices.toString());
                assertTrue(notices.get(0).startsWith("skipped a damaged checkpoint: " + newest), notices.get(0));
                assertTrue(notices.get(1).contains("batch-000000012.safetensors, epoch 2, after 3 batches"));
            }
        }
    }

    private static void damage(Path file, boolean truncate) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (truncate) {
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        } else {
            bytes[bytes.length - 100] ^= 4;
            Files.write(file, bytes);
        }
    }

    @Test
    void refusesWhereAllAreDamagedOrOfAnotherVersion() throws IOException {
        try (Device device = TestDevice.open();
                Model model = model(device)) {
            Path folder = folder();
            crash(device, new Adam(0.01), t -> t, folder, 14);
            List<Path> files = new CheckpointFolder(folder).files();
            byte[] whole = Files.readAllBytes(files.get(0));
            for (Path file : files) {
                damage(file, false);
            }
            assertRefused(
                    folder + ": expected a checkpoint that is whole, got 2 damaged",
                    trainer(model, new Adam(0.01)).withResume(folder));
            String text = new String(whole, StandardCharsets.ISO_8859_1);
            Files.writeString(
                    files.get(0),
                    text.replace("\"schuss.checkpoint\":\"2\"", "\"schuss.checkpoint\":\"9\""),
                    StandardCharsets.ISO_8859_1);
            assertRefused(
                    files.get(0) + ": expected a checkpoint of version 2, got version 9",
                    trainer(model, new Adam(0.01)).withResume(folder));
        }
    }

    /** A run that was too short goes on as if it had been longer from the start, wherever it stood. */
    @Test
    void moreEpochsExtendARun() {
        try (Device device = TestDevice.open()) {
            Result all = run(device, new Adam(0.01), t -> t.withEpochs(2 * EPOCHS));
            Path done = folder();
            run(device, new Adam(0.01), t -> t.withCheckpoints(done, 4));
            all.assertSame(run(
                    device,
                    new Adam(0.01),
                    t -> t.withCheckpoints(done, 4).withResume(done).withEpochs(2 * EPOCHS)));
            assertTrue(notices.toString().contains("it goes on for 3 epochs more than it was to"), notices.toString());
            Path crashed = folder();
            crash(device, new Adam(0.01), t -> t, crashed, 14);
            all.assertSame(
                    run(device, new Adam(0.01), t -> t.withResume(crashed).withEpochs(2 * EPOCHS)));
        }
    }

    @Test
    void refusesAnotherRun() {
        try (Device device = TestDevice.open()) {
            Path folder = folder();
            crash(device, new Adam(0.01), t -> t, folder, 14);
            List<String> before = files(folder);
            try (Model model = model(device)) {
                Map<String, float[]> weights = Toy.weights(model);
                assertOther("seed 1, got 42", trainer(model, new Adam(0.01)).withSeed(1), folder);
                assertOther(
                        "batch size 6, got 5", trainer(model, new Adam(0.01)).withBatchSize(6), folder);
                assertOther("epochs 2, got 3", trainer(model, new Adam(0.01)).withEpochs(2), folder);
                assertOther("update learningRate=0.02, got learningRate=0.01", trainer(model, new Adam(0.02)), folder);
                assertOther("update ", trainer(model, new Sgd(0.01)), folder);
                assertOther(
                        "batch size 6, epochs 2, seed 1, got batch size 5, epochs 3, seed 42",
                        trainer(model, new Adam(0.01))
                                .withBatchSize(6)
                                .withSeed(1)
                                .withEpochs(2),
                        folder);
                assertOther(
                        "update accumulate=2, got accumulate=1",
                        trainer(model, new Adam(0.01)).withAccumulation(2),
                        folder);
                assertOther("rates ", trainer(model, new Adam(0.01)).withSchedule(new Cosine()), folder);
                assertOther("validation ", trainer(model, new Adam(0.01)).withValidation(DATA), folder);
                Toy.assertSame(weights, Toy.weights(model));
            }
            try (Model model = Toy.model(device)) {
                assertOther("parameters ", trainer(model, new Adam(0.01)), folder);
            }
            try (Model model = Model.create(
                    Sequential.of(new Dense(6), new BatchNorm(), new Relu(), Dropout.drop(0.3), new Dense(3)),
                    Shape.of(4),
                    device,
                    7)) {
                assertOther("network, loss and metrics ", trainer(model, new Adam(0.01)), folder);
            }
            assertEquals(before, files(folder));
        }
    }

    private static void assertOther(String difference, Trainer other, Path folder) {
        Trainer trainer = other.withCheckpoints(folder, 1).withResume(folder);
        String message =
                assertThrows(FormatException.class, () -> trainer.fit(DATA)).getMessage();
        assertTrue(message.contains(".safetensors: expected a checkpoint of a run with " + difference), message);
    }

    @Test
    void refusesOtherDataAndAnotherDevice() {
        Path folder = folder();
        try (Device device = TestDevice.open();
                Device other = Device.reference();
                Model model = model(device);
                Model elsewhere = model(other)) {
            crash(device, new Adam(0.01), t -> t, folder, 3);
            Trainer more = trainer(model, new Adam(0.01)).withResume(folder);
            String message = assertThrows(FormatException.class, () -> more.fit(Toy.data(44)))
                    .getMessage();
            assertTrue(message.contains("a run with data 44 examples of "), message);
            for (Dataset others : List.of(
                    DATA.shuffle(3),
                    Toy.data(44).subset(IntStream.rangeClosed(1, 43).toArray()))) {
                Trainer same = trainer(model, new Adam(0.01)).withResume(folder);
                message = assertThrows(FormatException.class, () -> same.fit(others))
                        .getMessage();
                assertTrue(message.contains("a run with examples like SHA-256 "), message);
            }
            assertOther("device reference, got ", trainer(elsewhere, new Adam(0.01)), folder);
        }
        if (!TestDevice.isCuda()) {
            try (Device two = TestDevice.open(2);
                    Model model = model(two)) {
                assertOther("threads 2, got 1", trainer(model, new Adam(0.01)), folder);
            }
        }
    }

    @Test
    void twoRunsAtATimeNeedTwoFolders() {
        try (Device device = TestDevice.open();
                Model model = model(device);
                Model other = model(device)) {
            Path folder = folder();
            List<String> refusals = new ArrayList<>();
            Trainer second = trainer(other, new Adam(0.01)).withCheckpoints(folder, 1);
            trainer(model, new Adam(0.01))
                    .withCheckpoints(folder, 1000)
                    .withCallback(new Callback() {
                        @Override
                        public void onBegin(Training training) {
                            refusals.add(assertRefused(folder + ": expected a folder for this run's", second));
                        }
                    })
                    .fit(DATA);
            assertEquals(1, refusals.size());
            second.withResume(folder).fit(DATA); // it is free again
        }
    }

    /** What a folder refuses is told, and training ends as without. */
    @Test
    void trainingSurvivesAFolderThatCannotBeWrittenTo() {
        try (Device device = TestDevice.open()) {
            Path folder = folder();
            Result whole = run(device, new Adam(0.01), t -> t);
            whole.assertSame(run(
                    device,
                    new Adam(0.01),
                    t -> t.withCheckpoints(folder, 1).withCallback(new Callback() {
                        @Override
                        public void onEpoch(Epoch epoch) {
                            if (epoch.number() == 2) {
                                replaceByFile(folder);
                            }
                        }
                    })));
            assertEquals(1, notices.size(), notices.toString());
            String first = notices.get(0);
            assertTrue(first.startsWith("checkpoint after 18 batches: expected to write it, got "), first);
            assertTrue(first.endsWith("; the one before was " + folder.resolve("batch-000000017.safetensors")), first);
        }
    }

    private static void replaceByFile(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
            Files.createFile(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatAKilledWriterLeftIsClearedAway() throws IOException {
        try (Device device = TestDevice.open()) {
            Path folder = Files.createDirectory(folder());
            Path left = Files.createFile(folder.resolve(".schuss-1234.tmp"));
            Path other = Files.createFile(folder.resolve("notes.txt"));
            run(device, new Adam(0.01), t -> t.withCheckpoints(folder, 1));
            assertTrue(Files.notExists(left));
            assertTrue(Files.exists(other));
        }
    }

    @Test
    void aSecondFitGoesOnAndSoDoesItsCheckpoint() {
        try (Device device = TestDevice.open();
                Model model = model(device);
                Model again = model(device)) {
            Path folder = folder();
            Trainer trainer = trainer(model, new Adam(0.01)).withCheckpoints(folder, 3);
            trainer.fit(DATA);
            trainer.fit(DATA);
            History history = trainer(again, new Adam(0.01)).withResume(folder).fit(DATA);
            Toy.assertSame(Toy.weights(model), Toy.weights(again));
            assertEquals(2 * EPOCHS, history.last().number());
            assertArrayEquals(model.predict(new float[4]), again.predict(new float[4]));
        }
    }
}
