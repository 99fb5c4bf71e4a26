package schuss.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
import schuss.data.Fold;
import schuss.data.Table;
import schuss.io.AtomicFile;
import schuss.train.History;
import schuss.train.NotFiniteException;
import schuss.train.Progress;
import schuss.train.Trainer;
import schuss.train.TrainingReport;
import schuss.train.Warnings;

/** {@code schuss train}. */
@Command(
        name = "train",
        sortOptions = false,
        showDefaultValues = true,
        description = "Trains a network and prints how well it does on data that it has not seen.")
final class TrainCommand implements Callable<Integer> {
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
    private PictureSettings pictures;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--validation-split",
            paramLabel = "X",
            converter = Convert.Share.class,
            description =
                    "The share of the training set to validate on after every epoch instead; with --early-stopping"
                            + " 0.1 unless given.")
    private Double validationSplit;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where the data set's files are.")
    private Path dataDir;

    @Option(names = "--save", paramLabel = "FILE", description = "Write the model here, as safetensors.")
    private Path save;

    @Option(names = "--history", paramLabel = "FILE", description = "Write a line per epoch here; FILE.json as JSON.")
    private Path historyFile;

    @Option(
            names = ConfiguredOptions.CONFIG,
            paramLabel = "FILE.json",
            description = "Take options that are not given from here, by their names without dashes. What a run writes"
                    + " has all that it used beside it.")
    private Path config;

    private int epochs; // that the last training came to

    @Override
    public Integer call() {
        DataName name = DataName.of(data, dataDir);
        where.check();
        json.check();
        checkFiles();
        checkpoints.check();
        if (!name.isClassFolders()) {
            pictures.checkNone(data);
        }
        if (name.isTable()) {
            return trainOnTable(name);
        }
        tables.checkNone(data);
        NetworkChoice choice = network.choice();
        if (name.isClassFolders()) {
            return trainOnPictures(name, choice);
        }
        // the data is read while the device's libraries are loaded and, where its shape is known, the model is made
        PrintWriter err = spec.commandLine().getErr();
        CompletableFuture<Dataset> train = CompletableFuture.supplyAsync(() -> name.train(err::println));
        CompletableFuture<Dataset> test = train.thenApply(read -> name.test(err::println));
        try (Device device = where.open()) {
            SavedModel description = describe(choice, name, () -> result(train));
            try (Model model = description.create(device, training.seed())) {
                check(result(test), result(train));
                return train(model, description, new Fold(result(train), result(test)), "test", 0);
            }
        }
    }

    private int trainOnPictures(DataName name, NetworkChoice choice) {
        PictureFolder found = PictureFolder.open(
                name.place(),
                pictures.options(),
                training.seed(),
                spec.commandLine().getErr()::println);
        Shape picture = found.parts().train().input().shape();
        SavedModel description = new SavedModel(choice, picture, found.classNames());
        try (Device device = where.open();
                Model model = description.create(device, training.seed())) {
            return train(model, description, found.parts(), found.held(), PictureFolder.WORKERS);
        }
    }

    private int trainOnTable(DataName name) {
        training.checkNoPictures(data);
        int folds = tables.folds();
        if (folds > 0 && (save != null || historyFile != null)) {
            throw new BadInput((save != null ? "--save" : "--history")
                    + ": expected only without --folds, which trains several models, got both");
        }
        String once = folds > 0 ? training.onlyOnce() : null;
        if (once == null && folds > 0) {
            once = validationSplit != null ? "--validation-split" : checkpoints.wanted() ? "--checkpoint" : null;
        }
        if (once != null) {
            throw new BadInput(once + ": expected only without --folds, which trains several models, got both");
        }
        network.tableChoice();
        PrintWriter err = spec.commandLine().getErr();
        Path file = name.tableFile(err::println);
        Table table = Table.read(file, tables.options()).shuffle(training.seed());
        TableTraining.check(file, table, folds);
        TableTraining rounds = new TableTraining(table, network, training);
        Scores scores = rounds.scores();
        TableTraining.Fitting fitting = (model, description, objective, recipe, fold) ->
                fit(training.trainer(model, objective, recipe), model, description, recipe, fold);
        try (Device device = where.open()) {
            int code = folds > 0 ? rounds.folds(device, folds, fitting, scores) : rounds.once(device, fitting, scores);
            if (code == 0) {
                print("validation", scores, folds);
            }
            return code;
        }
    }

    private void checkFiles() {
        training.check();
        if (training.validationShare() > 0 && validationSplit != null && validationSplit == 0) {
            throw new BadInput("--early-stopping: expected a --validation-split above 0, got 0");
        }
        if (save != null) {
            Outputs.check("--save", save);
        }
        if (historyFile != null) {
            Outputs.check("--history", historyFile);
        }
        checkOthers("--history", historyFile, "--save", save);
        checkOthers("--report", training.report(), "--save", save);
        checkOthers("--report", training.report(), "--history", historyFile);
    }

    private static void checkOthers(String option, Path file, String other, Path otherFile) {
        if (file != null && otherFile != null && Outputs.same(file, otherFile)) {
            throw new BadInput(option + ": expected another file than that of " + other + ", got " + file);
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

    private static SavedModel describe(NetworkChoice choice, DataName name, Supplier<Dataset> train) {
        return new SavedModel(choice, name.picture(train), name.classNames(train));
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

    /**
     * Trains, and tells how well the model does on the other part.
     *
     * @param held what that is called
     * @param workers threads that read ahead unless told otherwise
     */
    private int train(Model model, SavedModel description, Fold parts, String held, int workers) {
        Recipe recipe = network.network().recipe();
        Trainer trainer = training.trainer(model, Objective.CLASSES, recipe).workers(training.workers(workers));
        int code = fit(trainer, model, description, recipe, parts);
        if (code == 0) {
            print(held, scores(trainer, parts.validation()), 0);
        }
        return code;
    }

    /** Keeps a part of the examples back to validate on, where that is asked for. Returns the others. */
    private Dataset withoutValidation(Trainer trainer, Dataset train, PrintWriter err) {
        double share = validationSplit == null ? training.validationShare() : validationSplit;
        if (share == 0) {
            return train;
        }
        List<Dataset> parts = train.shuffle(training.seed()).split(1 - share, share);
        if (validationSplit == null) {
            err.println("--early-stopping: validates on " + parts.get(1).size() + " of the " + train.size()
                    + " samples to train with, as with --validation-split " + share);
        }
        trainer.validation(parts.get(1));
        return parts.get(0);
    }

    /**
     * Trains and writes what was asked for. Returns the exit code.
     *
     * @param all to train with, and to tell in a report how well that went
     */
    private int fit(Trainer trainer, Model model, SavedModel description, Recipe recipe, Fold all) {
        PrintWriter err = spec.commandLine().getErr();
        Dataset train = withoutValidation(trainer, all.train(), err);
        TrainingReport report = reportOn(all.validation(), description);
        Map<String, Object> configuration = configuration(model, description, recipe);
        if (report != null) {
            report.setting("all options", configuration.toString().replaceAll("[{}]", ""));
        }
        checkpoints.set(trainer, configuration, err::println);
        try (Interrupt interrupt = Interrupt.of(trainer);
                TrainingProgress progress = new TrainingProgress(err, TrainingProgress.onTerminal())) {
            if (main.isDebug()) {
                trainer.callback(new StartTime(err));
            }
            History history = fit(trainer, train, report, progress);
            epochs = history.epochs().isEmpty() ? 0 : history.last().number();
            String written = write(model, description, history, configuration) + write(report);
            written += trainer.checkpointed()
                    .map(file -> "; the checkpoint is " + file)
                    .orElse("");
            if (interrupt.requested()) {
                err.println("stopped by Ctrl-C " + where(progress.last()) + written);
                return Interrupt.EXIT_CODE;
            }
        }
        return 0;
    }

    /** Trains. What was asked to be told of it is written too where it fails on numbers that are not finite. */
    private History fit(Trainer trainer, Dataset train, TrainingReport report, TrainingProgress progress) {
        trainer.callback(progress);
        if (report != null) {
            trainer.callback(new Warnings()).callback(report); // after the line of the epoch that they warn of
        }
        try {
            History history = trainer.fit(train);
            progress.hide();
            return history;
        } catch (NotFiniteException e) {
            progress.hide();
            String written = write(e.history()) + (report == null ? "" : write(report.failed(e)));
            if (!written.isEmpty()) {
                spec.commandLine().getErr().println("training failed" + written);
            }
            throw e;
        }
    }

    /** All settings of this run, those that nobody gave included. */
    private Map<String, Object> configuration(Model model, SavedModel description, Recipe recipe) {
        Map<String, Object> all = ConfiguredOptions.of(spec);
        training.describe(recipe, all);
        description.network().describe(all);
        DeviceOptions.describe(model.device(), all);
        return all;
    }

    /** A report on how well a model does on test data, or null where none is asked for. */
    private TrainingReport reportOn(Dataset test, SavedModel description) {
        if (training.report() == null) {
            return null;
        }
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
        return new TrainingReport("Training on " + data)
                .setting("command", "schuss " + String.join(" ", arguments))
                .setting("libraries", DoctorCommand.libraries())
                .test(test, description.classes());
    }

    private String write(TrainingReport report) {
        if (report == null) {
            return "";
        }
        Outputs.write("--report", training.report(), report::write);
        return "; the report is in " + training.report();
    }

    /** Writes what was asked for and says what that was. */
    private String write(Model model, SavedModel description, History history, Map<String, Object> configuration) {
        String written = "";
        if (save != null) {
            Outputs.write("--save", save, file -> model.save(file, description.metadata()));
            Path beside = save.resolveSibling(save.getFileName() + ".json");
            Outputs.write("--save", beside, file -> RunConfiguration.write(file, configuration));
            written = "; the model is in " + save;
        }
        return written + write(history);
    }

    private String write(History history) {
        if (historyFile == null) {
            return "";
        }
        String text = historyFile.toString().endsWith(".json") ? history.toJson() : history.toCsv();
        Outputs.write("--history", historyFile, file -> AtomicFile.write(file, StandardCharsets.UTF_8.encode(text)));
        return "; the history is in " + historyFile;
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

    /** Prints the last line on standard output. */
    private void print(String what, Scores scores, int folds) {
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

    /** How well a model of pictures does, also for {@code evaluate}. */
    static Scores scores(Trainer trainer, Dataset test) {
        double accuracy = trainer.evaluate(test).get("accuracy");
        return Scores.counted(test.size(), Math.round((1 - accuracy) * test.size()));
    }
}
