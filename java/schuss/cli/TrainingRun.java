package schuss.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import schuss.Model;
import schuss.ModelDescription;
import schuss.cli.bench.StartTime;
import schuss.cli.options.CheckpointOptions;
import schuss.cli.options.ConfiguredOptions;
import schuss.cli.options.DeviceOptions;
import schuss.cli.options.NetworkChoice;
import schuss.cli.options.OutputOptions;
import schuss.cli.options.Recipe;
import schuss.cli.options.TrainingOptions;
import schuss.data.Dataset;
import schuss.data.Fold;
import schuss.train.ConsoleProgress;
import schuss.train.History;
import schuss.train.NotFiniteException;
import schuss.train.Progress;
import schuss.train.Trainer;
import schuss.train.diagnosis.Warnings;
import schuss.train.report.TrainingReport;

/** Trains one model, or several in turn, as the command's options say, and writes the files they ask for. */
final class TrainingRun {
    private final CommandSpec spec;
    private final PrintWriter err;
    private final String data;
    private final boolean debug;
    private final TrainingOptions training;
    private final CheckpointOptions checkpoints;
    private final OutputOptions outputs;
    private final NetworkChoice network;
    private int epochs;

    /** @param data as the command line names it */
    TrainingRun(
            CommandSpec spec,
            String data,
            boolean debug,
            TrainingOptions training,
            CheckpointOptions checkpoints,
            OutputOptions outputs,
            NetworkChoice network) {
        this.spec = spec;
        this.err = spec.commandLine().getErr();
        this.data = data;
        this.debug = debug;
        this.training = training;
        this.checkpoints = checkpoints;
        this.outputs = outputs;
        this.network = network;
    }

    /** The number of epochs that the last training came to. */
    int epochs() {
        return epochs;
    }

    /**
     * Trains and writes what was asked for. Returns the exit code.
     *
     * @param all to train with, and to tell in a report how well that went
     * @param held what the report calls the examples for that
     */
    int fit(Trainer trainer, Model model, ModelDescription description, Recipe recipe, Fold all, String held) {
        Fold parts = training.parted(all.train(), Printable.to(err));
        TrainingReport report = reportOn(all.validation(), held, description);
        Map<String, Object> configuration = configuration(model, recipe);
        if (report != null) {
            report.setting("all options", configuration.toString().replaceAll("[{}]", ""));
        }
        Trainer told = checkpoints.set(
                trainer.withValidation(parts.validation()).withNotices(Printable.to(err)),
                configuration,
                Printable.to(err));
        try (Interrupt interrupt = Interrupt.of(trainer);
                ConsoleProgress progress = new ConsoleProgress(err)) {
            told = told.withCallback(interrupt);
            if (debug) {
                told = told.withCallback(new StartTime(err));
            }
            History history = fit(told, parts.train(), report, progress);
            epochs = history.epochs().isEmpty() ? 0 : history.last().number();
            String written = OutputOptions.all(List.of(
                    () -> outputs.write(model, description, configuration),
                    () -> outputs.write(history),
                    () -> outputs.write(report),
                    () -> trainer.checkpointed()
                            .map(file -> "; the checkpoint is " + file)
                            .orElse("")));
            if (interrupt.requested()) {
                err.println("stopped by Ctrl-C " + where(progress.last()) + written);
                return Interrupt.EXIT_CODE;
            }
        }
        return 0;
    }

    /** Trains. What was asked to be told of it is written too where it fails on numbers that are not finite. */
    private History fit(Trainer trainer, Dataset train, TrainingReport report, ConsoleProgress progress) {
        Trainer shown = trainer.withCallback(progress);
        if (report != null) {
            shown = shown.withCallback(new Warnings()).withCallback(report); // after the line of the epoch they warn of
        }
        try {
            return shown.fit(train);
        } catch (NotFiniteException e) {
            progress.close();
            String written = OutputOptions.all(List.of(
                    () -> outputs.write(e.history()), () -> outputs.write(report == null ? null : report.failed(e))));
            if (!written.isEmpty()) {
                err.println("training failed" + written);
            }
            throw e;
        }
    }

    /** All settings of this run, those that nobody gave included. */
    private Map<String, Object> configuration(Model model, Recipe recipe) {
        Map<String, Object> all = ConfiguredOptions.of(spec);
        training.describe(recipe, all);
        network.describe(all);
        DeviceOptions.describe(model.device(), all);
        return all;
    }

    /** A report on how well a model does on test data, or null where none is asked for. */
    private TrainingReport reportOn(Dataset test, String held, ModelDescription description) {
        if (!outputs.hasReport()) {
            return null;
        }
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
        TrainingReport report = new TrainingReport("Training on " + data)
                .setting("command", "schuss " + String.join(" ", arguments))
                .setting("libraries", DoctorCommand.libraries())
                .test(test, description.classNames())
                .testCalled(held);
        description
                .table()
                .filter(table -> !table.classification())
                .ifPresent(table -> report.testUnit(table::prediction));
        return report;
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
}
