package schuss.cli;

import java.util.Set;
import picocli.CommandLine.Option;
import schuss.data.TableOptions;

/** How a table is written and what is learnt from it; null where nothing is given. */
final class TableSettings {
    @Option(
            names = "--target",
            paramLabel = "NAME|INDEX|last",
            description = "Tables: the column to predict, by name or by place counted from 0; last unless given.")
    private String target;

    @Option(
            names = "--header",
            paramLabel = "auto|none",
            converter = HeaderName.class,
            description = "Tables: whether the first line may have names; auto unless given.")
    private TableOptions.Header header;

    @Option(
            names = "--skip-lines",
            paramLabel = "N",
            converter = Convert.CountOrNone.class,
            description = "Tables: lines in front to leave out; 0 unless given.")
    private Integer skipLines;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            converter = TaskName.class,
            description = "Tables: classification, regression or auto, by the target's cells; auto unless given.")
    private TableOptions.Task task;

    @Option(
            names = "--categorical",
            paramLabel = "NAME,...",
            split = ",",
            description = "Tables: columns whose numbers are names, such as postal codes.")
    private Set<String> categorical;

    @Option(
            names = "--folds",
            paramLabel = "K",
            converter = Convert.Folds.class,
            description = "Tables: train K times, each time without another K-th of the rows, and validate on that.")
    private Integer folds;

    /** How many rounds of cross-validation; 0 for none. */
    int folds() {
        return folds == null ? 0 : folds;
    }

    TableOptions options() {
        TableOptions options = TableOptions.DEFAULT;
        options = target == null ? options : options.withTarget(target);
        options = header == null ? options : options.withHeader(header);
        options = skipLines == null ? options : options.withSkipLines(skipLines);
        options = task == null ? options : options.withTask(task);
        return categorical == null ? options : options.withCategorical(categorical.toArray(String[]::new));
    }

    /** Refuses what is given, for data that is no table. */
    void checkNone(String data) {
        refuse("--target", target, data);
        refuse("--header", header, data);
        refuse("--skip-lines", skipLines, data);
        refuse("--task", task, data);
        refuse("--categorical", categorical, data);
        refuse("--folds", folds, data);
    }

    private static void refuse(String option, Object value, String data) {
        if (value != null) {
            throw new BadInput(option + ": expected only with a table, got it with " + data);
        }
    }

    static final class HeaderName extends Convert.Name<TableOptions.Header> {
        HeaderName() {
            super(TableOptions.Header.class);
        }
    }

    static final class TaskName extends Convert.Name<TableOptions.Task> {
        TaskName() {
            super(TableOptions.Task.class);
        }
    }
}
