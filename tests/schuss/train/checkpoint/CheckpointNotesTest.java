package schuss.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Device;
import schuss.FormatException;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.optim.Sgd;
import schuss.train.Callback;
import schuss.train.CsvLog;
import schuss.train.EarlyStopping;
import schuss.train.History;
import schuss.train.Progress;
import schuss.train.SaveBest;
import schuss.train.TimeLimit;
import schuss.train.Toy;
import schuss.train.Trainer;

/** What callbacks remember of a run survives its interruption. */
class CheckpointNotesTest {
    private static final Dataset DATA = Toy.data(40);
    private static final int BATCHES = 4; // an epoch
    private static final int PATIENCE = 2;
    private static final int EPOCHS = 30;

    @TempDir
    Path root;

    /** What it is validated on has other labels here and there: at first it gets better at it, then no more. */
    private static Trainer trainer(Model model) {
        int count = 24;
        float[] x = new float[4 * count];
        int[] labels = new int[count];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(1.7 * i);
        }
        for (int i = 0; i < count; i++) {
            labels[i] = i % 4 == 0 ? i / 2 % 3 : x[4 * i] > 0.3 ? 2 : x[4 * i + 1] > 0 ? 1 : 0;
        }
        Dataset other = Dataset.of(x, Shape.of(4), labels, 3);
        return Toy.trainer(model, new Sgd(0.5))
                .withBatchSize(10)
                .withEpochs(EPOCHS)
                .withValidation(other);
    }

    /** Throws after so many batches, as a crash would. */
    private static Callback crashAfter(int batches) {
        return new Callback() {
            @Override
            public void onProgress(Progress progress) {
                if ((progress.epoch() - 1) * BATCHES + progress.examples() / 10 >= batches) {
                    throw new IllegalStateException("crash");
                }
            }
        };
    }

    @Test
    void earlyStoppingGoesOnWhereItWas() throws IOException {
        try (Device device = TestDevice.open();
                Model whole = Toy.model(device)) {
            EarlyStopping stopping = new EarlyStopping(PATIENCE);
            Path best = root.resolve("best.safetensors");
            Path log = root.resolve("log.csv");
            History history = trainer(whole)
                    .withCallback(stopping)
                    .withCallback(new SaveBest(best))
                    .withCallback(new CsvLog(log))
                    .fit(DATA);
            int epochs = history.epochs().size();
            assertTrue(epochs < EPOCHS && stopping.bestEpoch() > 1, history.toCsv());
            for (int batches = 1; batches <= epochs * BATCHES + 1; batches++) {
                Path folder = root.resolve("crash-" + batches);
                Path bestAgain = folder.resolveSibling("best-" + batches + ".safetensors");
                Path logAgain = folder.resolveSibling("log-" + batches + ".csv");
                try (Model model = Toy.model(device)) {
                    Trainer crashing = trainer(model)
                            .withCallback(new EarlyStopping(PATIENCE))
                            .withCallback(new SaveBest(bestAgain))
                            .withCallback(crashAfter(batches))
                            .withCheckpoints(folder, 1);
                    if (batches <= epochs * BATCHES) {
                        assertThrows(IllegalStateException.class, () -> crashing.fit(DATA));
                    } else {
                        crashing.fit(DATA); // all was done
                    }
                }
                try (Model model = Toy.model(device)) {
                    EarlyStopping again = new EarlyStopping(PATIENCE);
                    History resumed = trainer(model)
                            .withCallback(new TimeLimit(Duration.ofDays(1))) // others may come and go
                            .withCallback(again)
                            .withCallback(new SaveBest(bestAgain))
                            .withCallback(new CsvLog(logAgain))
                            .withResume(folder)
                            .fit(DATA);
                    assertEquals(history.toCsv(), resumed.toCsv(), "after " + batches);
                    assertEquals(history.losses(), resumed.losses(), "after " + batches);
                    assertEquals(stopping.bestEpoch(), again.bestEpoch());
                    Toy.assertSame(Toy.weights(whole), Toy.weights(model));
                    assertEquals(-1, Files.mismatch(best, bestAgain));
                    if (batches < epochs * BATCHES) {
                        assertEquals(-1, Files.mismatch(log, logAgain));
                    }
                }
            }
        }
    }

    @Test
    void saveBestKeepsTheBestByItsMetric() throws IOException {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device);
                Model same = Toy.model(device)) {
            Path file = root.resolve("best.safetensors");
            SaveBest saving = new SaveBest(file).withMetadata(Map.of("note", "kept"));
            double[] losses = trainer(model).withCallback(saving).fit(DATA).values("validation loss");
            int best = 0;
            for (int i = 1; i < losses.length; i++) {
                best = losses[i] < losses[best] ? i : best;
            }
            assertEquals(best + 1, saving.bestEpoch());
            assertTrue(best + 1 < losses.length, "no case for this test");
            trainer(same).withEpochs(best + 1).fit(DATA);
            try (Model saved = Model.load(file, model.network(), model.inputs(), device)) {
                Toy.assertSame(Toy.weights(same), Toy.weights(saved));
                assertEquals("kept", saved.metadata().get("note"));
            }
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsAWarning() throws IOException {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Path folder = Files.createDirectory(root.resolve("folder"));
            SaveBest saving = new SaveBest(folder.resolve("best.safetensors"));
            Files.delete(folder);
            History history = trainer(model).withEpochs(2).withCallback(saving).fit(DATA);
            assertEquals(2, history.epochs().size());
            assertTrue(
                    history.warnings().get(0).startsWith(folder + "/best.safetensors: expected to write"),
                    history.warnings().toString());
        }
    }

    @Test
    void refusesOtherCallbacks() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device);
                Model other = Toy.model(device)) {
            Path folder = root.resolve("checkpoints");
            trainer(model)
                    .withEpochs(2)
                    .withCallback(new EarlyStopping(PATIENCE))
                    .withCheckpoints(folder, 3)
                    .fit(DATA);
            for (List<Callback> callbacks : List.of(
                    List.<Callback>of(),
                    List.<Callback>of(new EarlyStopping(PATIENCE + 1)),
                    List.<Callback>of(new EarlyStopping(PATIENCE), new SaveBest(root.resolve("best"))))) {
                Trainer trainer = trainer(other).withEpochs(2).withResume(folder);
                callbacks.forEach(trainer::withCallback);
                String message = assertThrows(FormatException.class, () -> trainer.fit(DATA))
                        .getMessage();
                assertTrue(
                        message.contains("a checkpoint of a run with callbacks ")
                                && message.endsWith(
                                        ", got EarlyStopping(2 epochs, minimum change 0.0 of validation loss)"),
                        message);
            }
        }
    }
}
