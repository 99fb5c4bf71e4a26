package schuss.data.table;

import java.util.Set;

/**
 * How a table is written and what is to be learnt from it. What is not said here is seen from the file where it is certain,
 * else the file is refused with the setting that helps.
 *
 * <pre>{@code
 * TableOptions options = TableOptions.DEFAULT
 *         .withTarget("price")
 *         .withTask(TableOptions.Task.REGRESSION)
 *         .withIgnored("id")
 *         .withDates(TableOptions.Dates.PARTS);
 * }</pre>
 */
public final class TableOptions {
    /** The target for the last column. */
    public static final String LAST = "last";

    /** Everything as the file shows. */
    public static final TableOptions DEFAULT = new TableOptions();

    private Header header = Header.AUTO;
    private int skipLines;
    private char separator;
    private char decimal;
    private Dates dates = Dates.REFUSE;
    private String target = LAST;
    private Task task = Task.AUTO;
    private MissingTargets missingTargets = MissingTargets.REFUSE;
    private TableSchema.Unknown unknown = TableSchema.Unknown.REFUSE;
    private Set<String> categorical = Set.of();
    private Set<String> ignored = Set.of();

    /** Whether the first line has names. */
    public enum Header {
        /**
         * If it has no number, and text in front of numbers; in a table of text alone, if none of its cells comes again
         * below. A line that may be either is refused.
         */
        AUTO,
        /** It has. */
        YES,
        /** It has none. */
        NONE
    }

    /** What to predict. */
    public enum Task {
        /** Classes of text and of at most 20 different whole numbers, each twice on average; else numbers. */
        AUTO,
        CLASSIFICATION,
        REGRESSION
    }

    /** What becomes of a column of dates or times. */
    public enum Dates {
        /** The table is refused. */
        REFUSE,
        /** One input: days since 1970, or hours of a clock. */
        NUMBER,
        /** Five inputs: year, month, day of the month, day of the week and hour. */
        PARTS
    }

    /** What becomes of a row whose target is missing. */
    public enum MissingTargets {
        /** The table is refused. */
        REFUSE,
        /** The row is left out. */
        SKIP
    }

    private TableOptions() {}

    private TableOptions(TableOptions from) {
        header = from.header;
        skipLines = from.skipLines;
        separator = from.separator;
        decimal = from.decimal;
        dates = from.dates;
        target = from.target;
        task = from.task;
        missingTargets = from.missingTargets;
        unknown = from.unknown;
        categorical = from.categorical;
        ignored = from.ignored;
    }

    /** Whether the first line has names. */
    public TableOptions withHeader(Header header) {
        TableOptions copy = new TableOptions(this);
        copy.header = header;
        return copy;
    }

    /** The number of lines in front of the table that are no part of it. */
    public TableOptions withSkipLines(int skipLines) {
        if (skipLines < 0) {
            throw new IllegalArgumentException("TableOptions: expected at least 0 lines to skip, got " + skipLines);
        }
        TableOptions copy = new TableOptions(this);
        copy.skipLines = skipLines;
        return copy;
    }

    /** What stands between cells; a blank stands for any number of blanks and tabs. */
    public TableOptions withSeparator(char separator) {
        if (Character.isLetterOrDigit(separator) || "\"\n\r\0.-+".indexOf(separator) >= 0) {
            throw new IllegalArgumentException(
                    "TableOptions: expected a separator such as , ; | a tab or a blank, got " + (int) separator);
        }
        TableOptions copy = new TableOptions(this);
        copy.separator = separator;
        return copy;
    }

    /** What stands in front of the fraction of numbers, {@code .} or {@code ,}. */
    public TableOptions withDecimal(char decimal) {
        if (decimal != '.' && decimal != ',') {
            throw new IllegalArgumentException("TableOptions: expected . or , as decimal mark, got " + decimal);
        }
        TableOptions copy = new TableOptions(this);
        copy.decimal = decimal;
        return copy;
    }

    /** What becomes of a column of dates or times. */
    public TableOptions withDates(Dates dates) {
        TableOptions copy = new TableOptions(this);
        copy.dates = dates;
        return copy;
    }

    /** The column to predict: its name, its place counted from 0, or {@link #LAST}. */
    public TableOptions withTarget(String target) {
        TableOptions copy = new TableOptions(this);
        copy.target = target;
        return copy;
    }

    /** What to predict. */
    public TableOptions withTask(Task task) {
        TableOptions copy = new TableOptions(this);
        copy.task = task;
        return copy;
    }

    /** What becomes of a row whose target is missing. */
    public TableOptions withMissingTargets(MissingTargets missingTargets) {
        TableOptions copy = new TableOptions(this);
        copy.missingTargets = missingTargets;
        return copy;
    }

    /** What becomes, in later files, of a category that this table does not have. */
    public TableOptions withUnknown(TableSchema.Unknown unknown) {
        TableOptions copy = new TableOptions(this);
        copy.unknown = unknown;
        return copy;
    }

    /** Names or places of columns whose numbers are names, such as postal codes. */
    public TableOptions withCategorical(String... columns) {
        TableOptions copy = new TableOptions(this);
        copy.categorical = Set.of(columns);
        return copy;
    }

    /** Names or places of columns that are no inputs, such as keys. */
    public TableOptions withIgnored(String... columns) {
        TableOptions copy = new TableOptions(this);
        copy.ignored = Set.of(columns);
        return copy;
    }

    Header header() {
        return header;
    }

    int skipLines() {
        return skipLines;
    }

    char separator() {
        return separator;
    }

    char decimal() {
        return decimal;
    }

    Dates dates() {
        return dates;
    }

    String target() {
        return target;
    }

    Task task() {
        return task;
    }

    MissingTargets missingTargets() {
        return missingTargets;
    }

    TableSchema.Unknown unknown() {
        return unknown;
    }

    Set<String> categorical() {
        return categorical;
    }

    Set<String> ignored() {
        return ignored;
    }
}
