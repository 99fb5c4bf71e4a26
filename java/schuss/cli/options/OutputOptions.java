package schuss.cli.options;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Option;
import schuss.Model;
import schuss.ModelDescription;
import schuss.internal.AtomicFile;
import schuss.train.History;
import schuss.train.report.TrainingReport;

/**
 * The files that a training run writes. The sentence that each method returns begins with a semicolon, to end a line
 * with it.
 */
public final class OutputOptions {
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

    /**
     * Refuses, before anything is read, places where nothing can be written, or where something else is.
     *
     * @param read what the command reads
     */
    public void check(List<Path> read) {
        Map<String, Path> all = new LinkedHashMap<>();
        put(all, SAVE, save);
        put(all, HISTORY, history);
        put(all, REPORT, report);
        all.forEach(Outputs::check);
        put(all, "the settings of " + SAVE, save == null ? null : settings());
        List<String> names = List.copyOf(all.keySet());
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Path file = all.get(name);
            for (String other : names.subList(0, i)) {
                expect(!Outputs.same(file, all.get(other)), name, "that of " + other, file);
            }
            expect(read.stream().noneMatch(input -> Outputs.same(file, input)), name, "what is read", file);
        }
    }

    private static void put(Map<String, Path> all, String name, Path file) {
        if (file != null) {
            all.put(name, file);
        }
    }

    private static void expect(boolean good, String name, String other, Path file) {
        if (!good) {
            throw new BadInput(name + ": expected another file than " + other + ", got " + file);
        }
    }

    /** What the model was made with lies beside it. */
    private Path settings() {
        return save.resolveSibling(save.getFileName() + ".json");
    }

    /** An option that is given and is for one training, not for several; or null. */
    public String onlyOnce() {
        return save != null ? SAVE : history != null ? HISTORY : report != null ? REPORT : null;
    }

    /** Whether there is to be a report. */
    public boolean hasReport() {
        return report != null;
    }

    /**
     * Writes a file for each of these, whatever becomes of the others: a disk with no room for a model has some for a
     * history.
     *
     * @throws BadInput saying what could not be written, and what was
     */
    public static String all(List<Supplier<String>> files) {
        StringBuilder written = new StringBuilder();
        List<String> failures = new ArrayList<>();
        for (Supplier<String> file : files) {
            try {
                written.append(file.get());
            } catch (BadInput e) {
                failures.add(e.getMessage());
            }
        }
        if (!failures.isEmpty()) {
            throw new BadInput(String.join("; ", failures) + written);
        }
        return written.toString();
    }

    /** Writes the model, and its settings beside it. */
    public String write(Model model, ModelDescription description, Map<String, Object> configuration) {
        if (save == null) {
            return "";
        }
        Outputs.write(SAVE, save, file -> description.save(model, file));
        Outputs.write(SAVE, settings(), file -> RunConfiguration.write(file, configuration));
        return "; the model is in " + save;
    }

    public String write(History made) {
        if (history == null) {
            return "";
        }
        String text = history.toString().endsWith(".json") ? made.toJson() : made.toCsv();
        Outputs.write(HISTORY, history, file -> AtomicFile.write(file, StandardCharsets.UTF_8.encode(text)));
        return "; the history is in " + history;
    }

    /** @param made null where none is wanted */
    public String write(TrainingReport made) {
        if (made == null) {
            return "";
        }
        Outputs.write(REPORT, report, made::write);
        return "; the report is in " + report;
    }
}
