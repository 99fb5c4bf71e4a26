package schuss.data.table;

import java.util.Set;

/**
 * How a table is written and what is to be learnt from it. What is not set is found out from the file; if that is not
 * possible without doubt, reading fails with an error that names the setting.
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
    /** The name of the last column as target, unless a column has this name. */
    public static final String LAST = "last";

    /** Everything is found out from the file, and the last column is the target. */
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

    /** Whether the first line contains the names of the columns. */
    public enum Header {
        /**
         * It does if none of its cells is a number and some are above numbers. In a table of text only, it does if none
         * of its cells occurs again below. A line that may be either is an error.
         */
        AUTO,
        /** The first line contains names. */
        YES,
        /** The first line is a row of the table. */
        NONE
    }

    /** What kind of target is predicted. */
    public enum Task {
        /**
         * Classification if the target is text, or has at most 20 different whole numbers that each occur twice on
         * average; else regression.
         */
        AUTO,
        /** The target is one of several classes. */
        CLASSIFICATION,
        /** The target is a number. */
        REGRESSION
    }

    /** What becomes of columns with dates or times. */
    public enum Dates {
        /** Such a column is an error. */
        REFUSE,
        /** One input: the days since 1970, or the hours of a time of day. */
        NUMBER,
        /** Five inputs: year, month, day of the month, day of the week and hour. */
        PARTS
    }

    /** What becomes of rows without a target. */
    public enum MissingTargets {
        /** Such a row is an error. */
        REFUSE,
        /** Such rows are left out. */
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

    /**
     * {@return a copy that says whether the first line contains names}
     *
     * @param header whether it does; {@link Header#AUTO} by default
     */
    public TableOptions withHeader(Header header) {
        TableOptions copy = new TableOptions(this);
        copy.header = header;
        return copy;
    }

    /**
     * {@return a copy that skips lines before the table}
     *
     * @param skipLines the number of lines, at least 0; 0 by default
     * @throws IllegalArgumentException if it is negative
     */
    public TableOptions withSkipLines(int skipLines) {
        if (skipLines < 0) {
            throw new IllegalArgumentException("TableOptions: expected at least 0 lines to skip, got " + skipLines);
        }
        TableOptions copy = new TableOptions(this);
        copy.skipLines = skipLines;
        return copy;
    }

    /**
     * {@return a copy with a given separator of cells}
     *
     * @param separator the character between cells, such as a comma, semicolon or tab; a blank stands for any number of
     *     blanks and tabs
     * @throws IllegalArgumentException if it is a letter, a digit or another character that occurs in numbers or ends
     *     lines
     */
    public TableOptions withSeparator(char separator) {
        if (Character.isLetterOrDigit(separator) || "\"\n\r\0.-+".indexOf(separator) >= 0) {
            throw new IllegalArgumentException(
                    "TableOptions: expected a separator such as , ; | a tab or a blank, got " + (int) separator);
        }
        TableOptions copy = new TableOptions(this);
        copy.separator = separator;
        return copy;
    }

    /**
     * {@return a copy with a given decimal mark of numbers}
     *
     * @param decimal {@code .} or {@code ,}
     * @throws IllegalArgumentException if it is another character
     */
    public TableOptions withDecimal(char decimal) {
        if (decimal != '.' && decimal != ',') {
            throw new IllegalArgumentException("TableOptions: expected . or , as decimal mark, got " + decimal);
        }
        TableOptions copy = new TableOptions(this);
        copy.decimal = decimal;
        return copy;
    }

    /**
     * {@return a copy that says what becomes of columns with dates or times}
     *
     * @param dates what becomes of them; {@link Dates#REFUSE} by default
     */
    public TableOptions withDates(Dates dates) {
        TableOptions copy = new TableOptions(this);
        copy.dates = dates;
        return copy;
    }

    /**
     * {@return a copy with a given target}
     *
     * @param target the name of the column to predict, its index counted from 0, or {@link #LAST}, the default
     */
    public TableOptions withTarget(String target) {
        TableOptions copy = new TableOptions(this);
        copy.target = target;
        return copy;
    }

    /**
     * {@return a copy with a given task}
     *
     * @param task whether classes or numbers are predicted; {@link Task#AUTO} by default
     */
    public TableOptions withTask(Task task) {
        TableOptions copy = new TableOptions(this);
        copy.task = task;
        return copy;
    }

    /**
     * {@return a copy that says what becomes of rows without a target}
     *
     * @param missingTargets what becomes of them; {@link MissingTargets#REFUSE} by default
     */
    public TableOptions withMissingTargets(MissingTargets missingTargets) {
        TableOptions copy = new TableOptions(this);
        copy.missingTargets = missingTargets;
        return copy;
    }

    /**
     * {@return a copy that says what becomes of categories in later files that this table does not have}
     *
     * @param unknown what becomes of them; {@link TableSchema.Unknown#REFUSE} by default
     */
    public TableOptions withUnknown(TableSchema.Unknown unknown) {
        TableOptions copy = new TableOptions(this);
        copy.unknown = unknown;
        return copy;
    }

    /**
     * {@return a copy with columns whose numbers are categories, such as postal codes}
     *
     * @param columns names or indices of columns
     */
    public TableOptions withCategorical(String... columns) {
        TableOptions copy = new TableOptions(this);
        copy.categorical = Set.of(columns);
        return copy;
    }

    /**
     * {@return a copy with columns that are not inputs, such as keys}
     *
     * @param columns names or indices of columns
     */
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
