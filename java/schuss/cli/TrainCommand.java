package schuss.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import schuss.Device;
import schuss.Model;
import schuss.ModelDescription;
import schuss.Shape;
import schuss.cli.options.BadInput;
import schuss.cli.options.CheckpointOptions;
import schuss.cli.options.ConfiguredOptions;
import schuss.cli.options.DataName;
import schuss.cli.options.DeviceOptions;
import schuss.cli.options.ImageFolders;
import schuss.cli.options.ImageSettings;
import schuss.cli.options.NetworkChoice;
import schuss.cli.options.NetworkOptions;
import schuss.cli.options.OutputOptions;
import schuss.cli.options.Recipe;
import schuss.cli.options.TableSettings;
import schuss.cli.options.TaskObjective;
import schuss.cli.options.TrainingOptions;
import schuss.data.Dataset;
import schuss.data.Fold;
import schuss.data.image.ImageOptions.Background;
import schuss.data.table.Table;
import schuss.train.Trainer;

/** {@code schuss train}. */
@Command(
        name = "train",
        sortOptions = false,
        showDefaultValues = true,
        description = "Trains a network and prints how well it does on data that it has not seen.")
final class TrainCommand implements Callable<Integer> {
    private static final String HELD_OUT = "held-out"; // in reports, beside validation data of epochs

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DATA", description = DataName.EXPECTED)
    private String data;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private TrainingOptions training;

    @Mixin
    private DeviceOptions where;

    @Mixin
    private CheckpointOptions checkpoints;

    @Mixin
    private TableSettings tables;

    @Mixin
    private ImageSettings images;

    @Mixin
    private OutputOptions outputs;

    @Mixin
    private JsonOption json;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where the data set's files are.")
    private Path dataDir;

    @Option(
            names = ConfiguredOptions.CONFIG,
            paramLabel = "FILE.json",
            description = "Take options that are not given from here, by their names without dashes. What a run writes"
                    + " has all that it used beside it.")
    private Path config;

    @Override
    public Integer call() {
        DataName name = DataName.of(data, dataDir);
        where.check();
        json.check();
        training.check();
        outputs.check(Stream.of(name.place(), config).filter(Objects::nonNull).toList());
        checkpoints.check();
        if (!name.isClassFolders()) {
            images.checkNone(data);
        }
        if (name.isTable()) {
            return trainOnTable(name);
        }
        tables.checkNone(data);
        NetworkChoice choice = network.choice();
        if (name.isClassFolders()) {
            return trainOnImages(name, choice);
        }
        // the data is read while the device's libraries are loaded and, where its shape is known, the model is made
        PrintWriter err = spec.commandLine().getErr();
        CompletableFuture<Dataset> train = CompletableFuture.supplyAsync(() -> name.train(err::println));
        CompletableFuture<Dataset> test = train.thenApply(read -> name.test(err::println));
        try (Device device = where.open()) {
            ModelDescription description = describe(name, () -> result(train));
            try (Model model = choice.create(description, device, training.seed())) {
                check(result(test), result(train));
                Recipe recipe = network.network().recipe();
                return train(model, description, recipe, new Fold(result(train), result(test)), "test", 0);
            }
        }
    }

    private int trainOnImages(DataName name, NetworkChoice choice) {
        ImageFolders found = ImageFolders.open(
                name.place(),
                images.options(),
                training.seed(),
                Printable.to(spec.commandLine().getErr()));
        Shape image = found.parts().train().input().shape();
        ModelDescription description = ModelDescription.of(image, found.classNames(), found.background());
        try (Device device = where.open();
                Model model = choice.create(description, device, training.seed())) {
            Recipe recipe =
                    network.network().recipe().forExamples(found.parts().train().size());
            return train(model, description, recipe, found.parts(), found.held(), ImageFolders.WORKERS);
        }
    }

    private int trainOnTable(DataName name) {
        training.checkNoImages(data);
        int folds = tables.folds();
        if (folds > 0) {
            checkFolds();
        }
        NetworkChoice choice = network.tableChoice();
        PrintWriter err = spec.commandLine().getErr();
        Path file = name.tableFile(err::println);
        Table table = Table.read(file, tables.options()).shuffle(training.seed());
        table.warnings().forEach(err::println);
        TableTraining.check(file, table, folds);
        TableTraining rounds = new TableTraining(table, choice, training);
        err.println(Printable.of(rounds.task(file)));
        Scores scores = rounds.scores();
        TrainingRun run = run(choice);
        TableTraining.Fitting fitting = (model, description, objective, recipe, fold) ->
                run.fit(training.trainer(model, objective, recipe), model, description, recipe, fold, HELD_OUT);
        try (Device device = where.open()) {
            int code = folds > 0 ? rounds.folds(device, folds, fitting, scores) : rounds.once(device, fitting, scores);
            if (code == 0) {
                print("validation", scores, run.epochs(), folds);
            }
            return code;
        }
    }

    private void checkFolds() {
        String once = Stream.of(training.onlyOnce(), outputs.onlyOnce(), checkpoints.onlyOnce())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (once != null) {
            throw new BadInput(once + ": expected only without --folds, which trains several models, got both");
        }
    }

    private TrainingRun run(NetworkChoice choice) {
        return new TrainingRun(spec, data, main.isDebug(), training, checkpoints, outputs, choice);
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

    private static ModelDescription describe(DataName name, Supplier<Dataset> train) {
        return ModelDescription.of(name.image(train), name.classNames(train), Background.WHITE);
    }

    private void check(Dataset test, Dataset train) {
        Shape input = train.input().shape();
        Shape testInput = test.input().shape();
        if (!testInput.equals(input)) {
            throw new BadInput(
                    data + ": expected test images of " + input + " like those to train with, got " + testInput);
        }
        if (test.classes() > train.classes()) {
            throw new BadInput(data + ": expected test labels of at most " + (train.classes() - 1)
                    + " like those to train with, got " + (test.classes() - 1));
        }
    }

    /**
     * Trains, and tells how well the model does on the other part.
     *
     * @param held what that is called
     * @param workers threads that read ahead unless told otherwise
     */
    private int train(Model model, ModelDescription description, Recipe recipe, Fold parts, String held, int workers) {
        Trainer trainer = training.trainer(model, TaskObjective.CLASSES, recipe).withWorkers(training.workers(workers));
        TrainingRun run = run(network.choice());
        int code = run.fit(trainer, model, description, recipe, parts, held.equals("test") ? held : HELD_OUT);
        if (code == 0) {
            print(held, scores(trainer, parts.validation()), run.epochs(), 0);
        }
        return code;
    }

    /** Prints the last line on standard output. */
    private void print(String what, Scores scores, int epochs, int folds) {
        Map<String, Object> run = new LinkedHashMap<>();
        run.put("data", data);
        run.put("model", ConfiguredOptions.value(network.network()));
        run.put("epochs", epochs);
        if (folds > 0) {
            run.put("folds", folds);
        }
        String line = scores.line(what) + (folds > 0 ? ", " + folds + " folds" : "");
        spec.commandLine().getOut().println(json.result(what, scores, line, run));
    }

    /** How well a model of images does, also for {@code evaluate}. */
    static Scores scores(Trainer trainer, Dataset test) {
        double accuracy = trainer.evaluate(test).get("accuracy");
        return Scores.counted(test.size(), Math.round((1 - accuracy) * test.size()));
    }
}
