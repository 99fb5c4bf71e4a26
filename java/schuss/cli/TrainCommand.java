package schuss.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.io.AtomicFile;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adadelta;
import schuss.optim.Adagrad;
import schuss.optim.Adam;
import schuss.optim.AdamW;
import schuss.optim.Adamax;
import schuss.optim.Lion;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.RmsProp;
import schuss.optim.Sgd;
import schuss.train.History;
import schuss.train.Progress;
import schuss.train.Trainer;

/** {@code schuss train}. */
@Command(
        name = "train",
        sortOptions = false,
        showDefaultValues = true,
        description = "Trains a network and prints how well it does on the test set.")
final class TrainCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DATA", description = DataName.EXPECTED)
    private String data;

    @Option(
            names = "--model",
            paramLabel = Mlp.NAME,
            defaultValue = Mlp.NAME,
            converter = NetworkName.class,
            description = "The network: hidden layers with ReLU.")
    private Network network;

    @Option(
            names = "--hidden",
            paramLabel = "N,N,...",
            defaultValue = "500,500",
            converter = Convert.Widths.class,
            description = "Widths of the hidden layers.")
    private Mlp.Hidden hidden;

    @Option(
            names = "--dropout",
            paramLabel = "X",
            defaultValue = "0",
            converter = Convert.Share.class,
            description = "Share of hidden units to drop.")
    private double dropout;

    @Option(
            names = "--input-dropout",
            paramLabel = "X",
            defaultValue = "0",
            converter = Convert.Share.class,
            description = "Share of inputs to drop.")
    private double inputDropout;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "5",
            converter = Convert.Count.class,
            description = "How often to go through the data.")
    private int epochs;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "128",
            converter = Convert.Count.class,
            description = "Samples per step.")
    private int batchSize;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            converter = Convert.Seed.class,
            description = "Draws weights, order and dropout: the same seed, the same result.")
    private long seed;

    @Option(
            names = "--optimizer",
            paramLabel = "NAME",
            defaultValue = "adam",
            converter = MethodName.class,
            description = "One of adam, adamw, adamax, sgd, momentum, nesterov, adagrad, adadelta, rmsprop, lion.")
    private Method method;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            converter = Convert.Positive.class,
            description = "Each optimizer has its own unless given; adam 0.001.")
    private Double learningRate;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            defaultValue = "0",
            converter = Convert.NotNegative.class,
            description = "Factor of the L2 penalty's gradient.")
    private double weightDecay;

    @Mixin
    private DeviceOptions where;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where the data set's files are.")
    private Path dataDir;

    @Option(names = "--save", paramLabel = "FILE", description = "Write the model here, as safetensors.")
    private Path save;

    @Option(names = "--history", paramLabel = "FILE.csv", description = "Write a line per epoch here.")
    private Path historyFile;

    private enum Network {
        MLP
    }

    private static final class NetworkName extends Convert.Name<Network> {
        NetworkName() {
            super(Network.class);
        }
    }

    private enum Method {
        ADAM,
        ADAMW,
        ADAMAX,
        SGD,
        MOMENTUM,
        NESTEROV,
        ADAGRAD,
        ADADELTA,
        RMSPROP,
        LION
    }

    private static final class MethodName extends Convert.Name<Method> {
        MethodName() {
            super(Method.class);
        }
    }

    @Override
    public Integer call() throws IOException {
        DataName name = DataName.of(data, dataDir);
        where.check();
        checkFiles();
        // the data is read while the device's libraries are loaded and, where its shape is known, the model is made
        PrintWriter err = spec.commandLine().getErr();
        CompletableFuture<Dataset> training = CompletableFuture.supplyAsync(() -> name.train(err::println));
        CompletableFuture<Dataset> testing = training.thenApply(train -> name.test(err::println));
        try (Device device = where.open()) {
            SavedModel description = describe(name, () -> result(training));
            try (Model model = description.create(device, seed)) {
                Dataset train = result(training);
                Dataset test = result(testing);
                check(test, train);
                return train(model, description, train, test, err);
            }
        }
    }

    private void checkFiles() {
        if (save != null) {
            Outputs.check("--save", save);
        }
        if (historyFile != null) {
            Outputs.check("--history", historyFile);
        }
        if (save != null && historyFile != null && Outputs.same(save, historyFile)) {
            throw new BadInput("--history: expected another file than that of --save, got " + historyFile);
        }
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private SavedModel describe(DataName name, Supplier<Dataset> train) {
        Mlp mlp = new Mlp(hidden, dropout, inputDropout);
        SavedModel description = new SavedModel(mlp, name.picture(train), name.classNames(train));
        mlp.check(description.input(), description.classes().size());
        return description;
    }

    private void check(Dataset test, Dataset train) {
        Shape input = train.input().shape();
        Shape testInput = test.input().shape();
        if (!testInput.equals(input)) {
            throw new BadInput(
                    data + ": expected test pictures of " + input + " like those to train with, got " + testInput);
        }
        if (test.classes() > train.classes()) {
            throw new BadInput(data + ": expected test labels of at most " + (train.classes() - 1)
                    + " like those to train with, got " + (test.classes() - 1));
        }
    }

    private int train(Model model, SavedModel description, Dataset train, Dataset test, PrintWriter err)
            throws IOException {
        Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), optimizer())
                .batchSize(batchSize)
                .epochs(epochs)
                .seed(seed)
                .metric(new Accuracy());
        try (Interrupt interrupt = Interrupt.of(trainer);
                TrainingProgress progress = new TrainingProgress(err, TrainingProgress.onTerminal())) {
            if (main.isDebug()) {
                trainer.callback(new StartTime(err));
            }
            History history = trainer.callback(progress).fit(train);
            progress.hide();
            String written = write(model, description, history);
            if (interrupt.requested()) {
                err.println("stopped by Ctrl-C " + where(progress.last()) + written);
                return Interrupt.EXIT_CODE;
            }
        }
        spec.commandLine().getOut().println(resultLine(trainer, test));
        return 0;
    }

    private Optimizer optimizer() {
        return switch (method) {
            case ADAM -> new Adam(rate(1e-3)).withWeightDecay(weightDecay);
            case ADAMW -> new AdamW(rate(1e-3)).withWeightDecay(weightDecay);
            case ADAMAX -> new Adamax(rate(2e-3)).withWeightDecay(weightDecay);
            case SGD -> new Sgd(rate(0.1)).withWeightDecay(weightDecay);
            case MOMENTUM -> new Momentum(rate(0.01), 0.9).withWeightDecay(weightDecay);
            case NESTEROV ->
                new Momentum(rate(0.01), 0.9).withForm(Momentum.Form.NESTEROV).withWeightDecay(weightDecay);
            case ADAGRAD -> new Adagrad(rate(0.01)).withWeightDecay(weightDecay);
            case ADADELTA -> new Adadelta(rate(1)).withWeightDecay(weightDecay);
            case RMSPROP -> new RmsProp(rate(1e-3)).withWeightDecay(weightDecay);
            case LION -> new Lion(rate(1e-4)).withWeightDecay(weightDecay);
        };
    }

    private double rate(double unlessGiven) {
        return learningRate == null ? unlessGiven : learningRate;
    }

    /** Writes what was asked for and says what that was. */
    private String write(Model model, SavedModel description, History history) throws IOException {
        String written = "";
        if (save != null) {
            model.save(save, description.metadata());
            written = "; the model is in " + save;
        }
        if (historyFile != null) {
            ByteBuffer text = ByteBuffer.wrap(history.toCsv().getBytes(StandardCharsets.UTF_8));
            AtomicFile.write(historyFile, out -> {
                while (text.hasRemaining()) {
                    out.write(text);
                }
            });
            written += "; the history is in " + historyFile;
        }
        return written;
    }

    private static String where(Progress last) {
        if (last == null) {
            return "before the first report";
        }
        return String.format(
                Locale.ROOT,
                "after %,d of %,d samples of epoch %d/%d",
                last.examples(),
                last.ofExamples(),
                last.epoch(),
                last.epochs());
    }

    /** The last line on standard output, also of {@code evaluate}. */
    static String resultLine(Trainer trainer, Dataset test) {
        double accuracy = trainer.evaluate(test).get("accuracy");
        return String.format(
                Locale.ROOT,
                "test accuracy %.4f (%d errors in %d)",
                accuracy,
                Math.round((1 - accuracy) * test.size()),
                test.size());
    }
}
