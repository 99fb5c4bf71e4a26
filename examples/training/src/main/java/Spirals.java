import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.evaluation.ClassificationReport;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.AdamW;
import schuss.schedules.Cosine;
import schuss.schedules.Span;
import schuss.schedules.WarmUp;
import schuss.train.Callback;
import schuss.train.CsvLog;
import schuss.train.EarlyStopping;
import schuss.train.History;
import schuss.train.SaveBest;
import schuss.train.TimeLimit;
import schuss.train.Trainer;
import schuss.train.diagnosis.GradientCheck;
import schuss.train.diagnosis.LearningRateFinder;
import schuss.train.diagnosis.OverfitReport;
import schuss.train.diagnosis.Warnings;
import schuss.train.report.TrainingReport;

/** Learns which of three spirals a point lies on, and shows what can be set, watched and checked on the way. */
public class Spirals {
    private static final Layer NET = Sequential.of(new Dense(64), new Relu(), new Dense(64), new Relu(), new Dense(3));

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of("target"));
        List<Dataset> parts = points(3000).shuffle(7).split(0.8, 0.2);
        Dataset train = parts.get(0);
        Dataset validation = parts.get(1);
        try (Device device = Device.best()) {
            try (Model model = Model.create(NET, train.input(), device, 42)) {
                before(model, train);
                watched(model, train, validation, folder);
            }
            settings(train, validation, device);
            frozen(train, device);
            stopped(train, device, folder);
        }
    }

    /** What to look at before a long training. */
    private static void before(Model model, Dataset train) {
        // snippet: before
        Trainer trainer =
                Trainer.of(model, new SoftmaxCrossEntropy(), new AdamW(0.01)).withBatchSize(64);
        OverfitReport overfit = OverfitReport.of(trainer, train, 20);
        System.out.println("20 examples learnt by heart: " + overfit.learnt());
        GradientCheck check = GradientCheck.of(trainer, train.take(8));
        System.out.println("gradients agree with finite differences: " + check.passed());
        LearningRateFinder rates = LearningRateFinder.of(trainer, train);
        System.out.println("a rate between 0.0001 and 1: " + (rates.suggestion() > 1e-4 && rates.suggestion() < 1));
        // end
    }

    /** What listens while it runs. */
    private static void watched(Model model, Dataset train, Dataset validation, Path folder) throws Exception {
        // snippet: watch
        TrainingReport report = new TrainingReport("Three spirals").test(validation, List.of("a", "b", "c"));
        Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new AdamW(0.01))
                .withBatchSize(64)
                .withEpochs(100)
                .withMetric(new Accuracy())
                .withValidation(validation)
                .withProgress() // on standard error
                .withCallback(new EarlyStopping(10)) // ends with the weights of the best epoch
                .withCallback(new SaveBest(folder.resolve("best.safetensors")))
                .withCallback(new TimeLimit(Duration.ofMinutes(10)))
                .withCallback(new CsvLog(folder.resolve("log.csv")))
                .withCallback(new Warnings()) // dead units, gradients that vanish, overfitting
                .withCallback(report)
                .withCallback(Callback.everyEpoch((epoch, training) -> {
                    if (epoch.value("validation accuracy") > 0.99) {
                        training.stop();
                    }
                }));
        History history = trainer.fit(train);
        System.out.printf("validation accuracy %.2f%n", history.last().value("validation accuracy"));
        // end
        // snippet: after
        report.write(folder.resolve("run.html")); // while the model is open
        history.plot(folder.resolve("curves.png"));
        Files.writeString(folder.resolve("history.csv"), history.toCsv());
        history.warnings().forEach(System.out::println);
        ClassificationReport classes = ClassificationReport.of(model, validation);
        System.out.printf("mean F1 of the classes %.2f%n", classes.confusion().macroF1());
        // end
    }

    /** What may happen between the gradients and the next weights. */
    private static void settings(Dataset train, Dataset validation, Device device) {
        try (Model model = Model.create(NET, train.input(), device, 42)) {
            // snippet: settings
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new AdamW(0.01))
                    .withBatchSize(64)
                    .withEpochs(20)
                    .withSchedule(new WarmUp(Span.epochs(1)).then(new Cosine())) // factors of the learning rate
                    .withClipNorm(1) // of all gradients together
                    .withAccumulation(2) // batches to an update
                    .withMaxNorm(3.9) // of a unit's incoming weights
                    .withAverageWeights(0.95) // for predictions and validation
                    .withGroup("*/bias", group -> group.withRate(2)) // twice the rate
                    .withMetric(new Accuracy());
            trainer.fit(train);
            System.out.printf("accuracy %.2f%n", trainer.evaluate(validation).get("accuracy"));
            // end
        }
    }

    /** A part of the network stays as it is. */
    private static void frozen(Dataset train, Device device) {
        try (Model model = Model.create(NET, train.input(), device, 42)) {
            // snippet: frozen
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new AdamW(0.01));
            trainer.fit(train);
            float[] before = model.parameter("0.dense/weight");
            trainer.withFrozen("0.dense").withEpochs(2).fit(train); // goes on where the first fit ended
            System.out.println("as it was: " + Arrays.equals(before, model.parameter("0.dense/weight")));
            // end
        }
    }

    // snippet: checkpoints
    private static Trainer resumable(Model model, Path checkpoints) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), new AdamW(0.01))
                .withEpochs(6)
                .withNotices(System.out::println)
                .withCheckpoints(checkpoints, 10) // after every 10 batches; the last two stay
                .withResume(checkpoints); // goes on from the newest, or begins where there is none
    }
    // end

    /** A training that is cut off and goes on comes to the same weights as one that is not cut off. */
    private static void stopped(Dataset train, Device device, Path folder) throws Exception {
        Path checkpoints = folder.resolve("checkpoints-" + System.currentTimeMillis());
        try (Model whole = Model.create(NET, train.input(), device, 42);
                Model first = Model.create(NET, train.input(), device, 42);
                Model second = Model.create(NET, train.input(), device, 42)) {
            Trainer.of(whole, new SoftmaxCrossEntropy(), new AdamW(0.01))
                    .withEpochs(6)
                    .fit(train);
            // snippet: resume
            resumable(first, checkpoints)
                    .withCallback(Callback.everyEpoch((epoch, training) -> training.stop())) // or a crash
                    .fit(train);
            History history = resumable(second, checkpoints).fit(train); // in a new process, say
            System.out.println("epochs: " + history.epochs().size());
            boolean equal = Arrays.equals(whole.parameter("0.dense/weight"), second.parameter("0.dense/weight"));
            System.out.println("equal weights: " + equal);
            // end
        }
    }

    // snippet: data
    /** Points of three spirals: (x, y) and the number of the spiral. */
    private static Dataset points(int count) {
        Random random = new Random(1);
        float[] features = new float[2 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 3;
            double along = random.nextDouble();
            double angle = 2 * Math.PI * labels[i] / 3 + 5 * along + 0.1 * random.nextGaussian();
            features[2 * i] = (float) (along * Math.cos(angle));
            features[2 * i + 1] = (float) (along * Math.sin(angle));
        }
        return Dataset.of(features, Shape.of(2), labels, 3);
    }
    // end
}
