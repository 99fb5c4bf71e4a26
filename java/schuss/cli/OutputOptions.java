package schuss.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;
import schuss.Model;
import schuss.io.AtomicFile;
import schuss.train.History;
import schuss.train.TrainingReport;

/** The files that a training run leaves behind. What each method says begins with a semicolon, for the end of a line. */
final class OutputOptions {
    private static final String SAVE = "--save";
    private static final String HISTORY = "--history";
    private static final String REPORT = "--report";

    @Option(names = SAVE, paramLabel = "FILE", description = "Write the model here, as safetensors.")
    private Path save;

    @Option(names = HISTORY, paramLabel = "FILE", description = "Write a line per epoch here; FILE.json as JSON.")
    private Path history;

    @Option(
            names = REPORT,
            paramLabel = "FILE",
            description = "Write curves, errors, filters and settings here, as one HTML file.")
    private Path report;

    /** Refuses, before anything is read, places where nothing can be written. */
    void check() {
        check(SAVE, save);
        check(HISTORY, history);
        check(REPORT, report);
        expectOthers(HISTORY, history, SAVE, save);
        expectOthers(REPORT, report, SAVE, save);
        expectOthers(REPORT, report, HISTORY, history);
    }

    private static void check(String option, Path file) {
        if (file != null) {
            Outputs.check(option, file);
        }
    }

    private static void expectOthers(String option, Path file, String other, Path otherFile) {
        if (file != null && otherFile != null && Outputs.same(file, otherFile)) {
            throw new BadInput(option + ": expected another file than that of " + other + ", got " + file);
        }
    }

    /** An option that is given and is for one training, not for several; or null. */
    String onlyOnce() {
        return save != null ? SAVE : history != null ? HISTORY : report != null ? REPORT : null;
    }

    /** Whether there is to be a report. */
    boolean hasReport() {
        return report != null;
    }

    /** Writes the model, and its settings beside it. */
    String write(Model model, SavedModel description, Map<String, Object> configuration) {
        if (save == null) {
            return "";
        }
        Outputs.write(SAVE, save, file -> model.save(file, description.metadata()));
        Path beside = save.resolveSibling(save.getFileName() + ".json");
        Outputs.write(SAVE, beside, file -> RunConfiguration.write(file, configuration));
        return "; the model is in " + save;
    }

    String write(History made) {
        if (history == null) {
            return "";
        }
        String text = history.toString().endsWith(".json") ? made.toJson() : made.toCsv();
        Outputs.write(HISTORY, history, file -> AtomicFile.write(file, StandardCharsets.UTF_8.encode(text)));
        return "; the history is in " + history;
    }

    /** @param made null where none is wanted */
    String write(TrainingReport made) {
        if (made == null) {
            return "";
        }
        Outputs.write(REPORT, report, made::write);
        return "; the report is in " + report;
    }
}
