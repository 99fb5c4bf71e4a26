package schuss.cli.options;

import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;
import schuss.data.table.TableOptions;
import schuss.data.table.TableSchema;

/** How a table is read, and what is learnt from it. A setting that is not given is null. */
public final class TableSettings {
    @Option(
            names = "--target",
            paramLabel = "NAME|INDEX|last",
            description = "Tables: the column to predict, by name or by place counted from 0; last unless given.")
    private String target;

    @Option(
            names = "--header",
            paramLabel = "auto|yes|none",
            converter = HeaderName.class,
            description = "Tables: whether the first line has names; auto, as it looks, unless given.")
    private TableOptions.Header header;

    @Option(
            names = "--skip-lines",
            paramLabel = "N",
            converter = Convert.CountOrNone.class,
            description = "Tables: lines in front to leave out; 0 unless given.")
    private Integer skipLines;

    @Option(
            names = "--separator",
            paramLabel = "CHAR",
            converter = SeparatorMark.class,
            description =
                    "Tables: what stands between cells, such as \";\", tab or blank; found by looking unless given.")
    private Character separator;

    @Option(
            names = "--decimal",
            paramLabel = ".|,",
            converter = DecimalMark.class,
            description = "Tables: what stands in front of fractions; found by looking unless given.")
    private Character decimal;

    @Option(
            names = "--date",
            paramLabel = "refuse|number|parts",
            converter = DatesName.class,
            description = "Tables: what becomes of dates: a number of days, or year, month, day, weekday and hour;"
                    + " refuse unless given.")
    private TableOptions.Dates dates;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            converter = TaskName.class,
            description = "Tables: classification, regression or auto, by the target's cells; auto unless given.")
    private TableOptions.Task task;

    @Option(
            names = "--categorical",
            paramLabel = "COLUMN",
            split = ",",
            description = "Tables: columns whose numbers are names, such as postal codes, by name or place.")
    private Set<String> categorical;

    @Option(
            names = "--ignore",
            paramLabel = "COLUMN",
            split = ",",
            description = "Tables: columns that are no inputs, such as keys, by name or place.")
    private Set<String> ignored;

    @Option(
            names = "--missing-target",
            paramLabel = "refuse|skip",
            converter = MissingTargetsName.class,
            description = "Tables: what becomes of rows without a target; refuse unless given.")
    private TableOptions.MissingTargets missingTargets;

    @Option(
            names = "--unknown",
            paramLabel = "refuse|ignore|other",
            converter = UnknownName.class,
            description =
                    "Tables: what becomes of categories that were not trained on: the row is refused, the column"
                            + " ignored, or it is none of the known; refuse unless given. Predict and evaluate may say otherwise.")
    private TableSchema.Unknown unknown;

    @Option(
            names = "--folds",
            paramLabel = "K",
            converter = Convert.Folds.class,
            description = "Tables: train K times, each time without another K-th of the rows, and validate on that.")
    private Integer folds;

    /** How many rounds of cross-validation; 0 for none. */
    public int folds() {
        return folds == null ? 0 : folds;
    }

    public TableOptions options() {
        TableOptions options = TableOptions.DEFAULT;
        options = target == null ? options : options.withTarget(target);
        options = header == null ? options : options.withHeader(header);
        options = skipLines == null ? options : options.withSkipLines(skipLines);
        options = separator == null ? options : options.withSeparator(separator);
        options = decimal == null ? options : options.withDecimal(decimal);
        options = dates == null ? options : options.withDates(dates);
        options = task == null ? options : options.withTask(task);
        options = missingTargets == null ? options : options.withMissingTargets(missingTargets);
        options = unknown == null ? options : options.withUnknown(unknown);
        options = ignored == null ? options : options.withIgnored(ignored.toArray(String[]::new));
        return categorical == null ? options : options.withCategorical(categorical.toArray(String[]::new));
    }

    /** Refuses what is given, for data that is no table. */
    public void checkNone(String data) {
        refuse("--target", target, data);
        refuse("--header", header, data);
        refuse("--skip-lines", skipLines, data);
        refuse("--separator", separator, data);
        refuse("--decimal", decimal, data);
        refuse("--date", dates, data);
        refuse("--task", task, data);
        refuse("--ignore", ignored, data);
        refuse("--missing-target", missingTargets, data);
        refuse("--unknown", unknown, data);
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

    static final class DatesName extends Convert.Name<TableOptions.Dates> {
        DatesName() {
            super(TableOptions.Dates.class);
        }
    }

    static final class MissingTargetsName extends Convert.Name<TableOptions.MissingTargets> {
        MissingTargetsName() {
            super(TableOptions.MissingTargets.class);
        }
    }

    static final class UnknownName extends Convert.Name<TableSchema.Unknown> {
        UnknownName() {
            super(TableSchema.Unknown.class);
        }
    }

    /** A mark, or the name of one that does not show. */
    static final class SeparatorMark implements ITypeConverter<Character> {
        private static final Map<String, Character> NAMES =
                Map.of("tab", '\t', "\\t", '\t', "blank", ' ', "space", ' ', "comma", ',', "semicolon", ';');

        @Override
        public Character convert(String text) {
            Character mark = NAMES.getOrDefault(text, text.length() == 1 ? text.charAt(0) : null);
            try {
                TableOptions.DEFAULT.withSeparator(mark == null ? 0 : mark);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "expected a mark such as , ; | or tab or blank, got " + (text.isEmpty() ? "nothing" : text));
            }
            return mark;
        }
    }

    static final class DecimalMark implements ITypeConverter<Character> {
        @Override
        public Character convert(String text) {
            if (!text.equals(".") && !text.equals(",")) {
                throw new TypeConversionException("expected . or , got " + (text.isEmpty() ? "nothing" : text));
            }
            return text.charAt(0);
        }
    }
}
