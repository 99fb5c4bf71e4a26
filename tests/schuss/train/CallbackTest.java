package schuss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.metrics.Accuracy;
import schuss.optim.Sgd;

/** Who watches and steers training, and what is kept of it. */
@Tag("device")
class CallbackTest {
    @TempDir
    Path folder;

    /** The examples of {@link Toy} with other labels: the better one learns the ones, the worse the others. */
    private static Dataset contrary() {
        Unchecked plain = Unchecked.plain(40);
        int[] labels = new int[40];
        for (int i = 0; i < 40; i++) {
            for (int k = 0; k < 4; k++) {
                plain.x()[i][k] = (float) Math.sin(1.7 * (4 * i + k));
            }
            labels[i] = plain.x()[i][0] > 0.3 ? 0 : plain.x()[i][1] > 0 ? 2 : 1;
        }
        return Dataset.of(plain.x(), Shape.of(4), labels, 3);
    }

    @Test
    void earlyStoppingRestoresTheBestWeights() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            EarlyStopping stopping = new EarlyStopping(3);
            Trainer trainer =
                    Toy.trainer(model, new Sgd(0.5)).withValidation(contrary()).withEpochs(20);
            History history = trainer.withCallback(stopping).fit(Toy.data(40));
            double[] losses = history.values("validation loss");
            int best = 0;
            for (int i = 1; i < losses.length; i++) {
                best = losses[i] < losses[best] ? i : best;
            }
            assertEquals(best + 1, stopping.bestEpoch());
            assertEquals(best + 1 + 3, losses.length);
            assertTrue(losses.length < 20 && losses[losses.length - 1] > losses[best]);
            assertEquals(losses[best], trainer.evaluate(contrary()).get("loss"));
            Toy.assertSame(Toy.trained(device, new Sgd(0.5), best + 1, t -> t), Toy.weights(model));
        }
    }

    /** Of an accuracy more is better; what changes less than asked for is no change. */
    @Test
    void earlyStoppingKnowsWhatIsBetter() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            EarlyStopping rising = new EarlyStopping(1).withMetric("accuracy");
            History history = Toy.trainer(model, new Sgd(0.2))
                    .withMetric(new Accuracy())
                    .withEpochs(30)
                    .withCallback(rising)
                    .fit(Toy.data(40));
            double[] accuracies = history.values("accuracy");
            for (int i = 1; i < accuracies.length - 1; i++) {
                assertTrue(accuracies[i] > accuracies[i - 1], "epoch " + (i + 1));
            }
            EarlyStopping demanding = new EarlyStopping(2).withMetric("loss").withMinimumChange(100);
            int epochs = Toy.trainer(model, new Sgd(0.01))
                    .withEpochs(30)
                    .withCallback(demanding)
                    .fit(Toy.data(40))
                    .epochs()
                    .size();
            assertEquals(3, epochs);
            assertEquals(1, demanding.bestEpoch());
        }
    }

    @Test
    void earlyStoppingNamesTheValuesThereAre() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Trainer trainer =
                    Toy.trainer(model, new Sgd(0.1)).withMetric(new Accuracy()).withCallback(new EarlyStopping(1));
            assertEquals(
                    "EarlyStopping: expected one of [loss, accuracy], got \"validation loss\"; values of validation need"
                            + " validation data",
                    assertThrows(IllegalArgumentException.class, () -> trainer.fit(Toy.data(40)))
                            .getMessage());
        }
    }

    @Test
    void timeLimitStopsAfterABatch() {
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            Trainer trainer =
                    Toy.trainer(model, new Sgd(0.1)).withEpochs(1000).withCallback(new TimeLimit(Duration.ZERO));
            assertEquals(1, trainer.fit(Toy.data(40)).epochs().size());
            assertTrue(trainer.isStopped());
        }
    }

    @Test
    void hooksComeInOrder() {
        List<String> heard = new ArrayList<>();
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            History history = Toy.trainer(model, new Sgd(0.1))
                    .withEpochs(5)
                    .withCallback(new Callback() {
                        @Override
                        public void onBegin(Training training) {
                            heard.add("begin");
                        }

                        @Override
                        public void onEnd(History ended) {
                            heard.add("end after " + ended.epochs().size());
                        }
                    })
                    .withCallback(Callback.everyEpoch((epoch, training) -> {
                        heard.add("epoch " + epoch.number());
                        training.warn("twice the same");
                        if (epoch.number() == 2) {
                            training.stop();
                        }
                    }))
                    .fit(Toy.data(40));
            assertEquals(List.of("begin", "epoch 1", "epoch 2", "end after 2"), heard);
            assertEquals(List.of("twice the same"), history.warnings());
        }
    }

    @Test
    void csvLogHasEveryEpochAtOnce() throws IOException {
        Path file = folder.resolve("log.csv");
        Files.writeString(file, "of an earlier run\n");
        List<Long> lines = new ArrayList<>();
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            History history = Toy.trainer(model, new Sgd(0.1))
                    .withEpochs(3)
                    .withCallback(new CsvLog(file))
                    .withCallback(Callback.everyEpoch((epoch, training) -> lines.add(lines(file))))
                    .fit(Toy.data(40));
            assertEquals(List.of(2L, 3L, 4L), lines);
            assertEquals(history.toCsv(), Files.readString(file));
        }
    }

    private static long lines(Path file) {
        try {
            return Files.readString(file).lines().count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsNoEndOfTraining() throws IOException {
        Path file = Files.createDirectory(folder.resolve("gone")).resolve("log.csv");
        try (Device device = TestDevice.open();
                Model model = Toy.model(device)) {
            History history = Toy.trainer(model, new Sgd(0.1))
                    .withEpochs(4)
                    .withCallback(new CsvLog(file))
                    .withCallback(Callback.everyEpoch(
                            (epoch, training) -> file.toFile().delete()))
                    .fit(Toy.data(40));
            assertEquals(4, history.epochs().size());
            assertEquals(1, history.warnings().size());
            assertTrue(
                    history.warnings().get(0).endsWith("the log ends at epoch 1"),
                    history.warnings().get(0));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new CsvLog(folder.resolve("none").resolve("log.csv")));
    }

    @Test
    void jsonHoldsWhatTheHistoryHolds() throws IOException {
        History history = digits();
        JsonNode json = new ObjectMapper().readTree(history.toJson());
        assertEquals(2, json.get("epochs").size());
        for (int i = 0; i < 2; i++) {
            Epoch epoch = history.epochs().get(i);
            JsonNode node = json.get("epochs").get(i);
            assertEquals(epoch.number(), node.get("epoch").asInt());
            assertEquals(epoch.value("accuracy"), node.get("accuracy").asDouble());
            assertEquals(epoch.learningRate(), node.get("learning rate").asDouble());
        }
        assertEquals(history.losses().size(), json.get("losses").size());
        assertEquals(history.toJson(), digits().toJson());
        Epoch broken = new Epoch(1, java.util.Map.of("loss", Double.NaN), 1, 0.1);
        assertTrue(new ObjectMapper()
                .readTree(new History(List.of(broken)).toJson())
                .at("/epochs/0/loss")
                .isNull());
    }

    /** 640 examples in batches of 32: twenty points an epoch, whose mean is the epoch's loss. */
    @Test
    void lossesWithinEpochs() {
        History history = digits();
        assertEquals(40, history.losses().size());
        assertEquals(1, history.losses().get(0).batches());
        assertEquals(40, history.losses().get(39).batches());
        for (int epoch = 0; epoch < 2; epoch++) {
            double mean = history.losses().subList(20 * epoch, 20 * epoch + 20).stream()
                    .mapToDouble(History.LossPoint::loss)
                    .average()
                    .getAsDouble();
            assertEquals(history.epochs().get(epoch).value("loss"), mean, 1e-9);
        }
    }

    private static History digits() {
        try (Device device = TestDevice.open();
                Model model = Digits.model(device)) {
            return Digits.trainer(model, new Sgd(0.1))
                    .withEpochs(2)
                    .withMetric(new Accuracy())
                    .fit(Digits.of(640, 1));
        }
    }

    /** However long training is: a point is the mean of what it stands for. */
    @Test
    void lossCurvesAreBounded() {
        LossCurve curve = new LossCurve();
        curve.beginEpoch();
        int count = 100_003;
        double sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += i; // the loss of batch i is i
            curve.add(i, sum, i);
        }
        List<History.LossPoint> points = curve.losses();
        assertTrue(points.size() > 500 && points.size() <= 1025, "points: " + points.size());
        long before = 0;
        for (History.LossPoint point : points) {
            assertEquals((before + 1 + point.batches()) / 2.0, point.loss(), 1e-6);
            before = point.batches();
        }
        assertEquals(count, before);
    }
}
