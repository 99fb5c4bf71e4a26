package schuss.data;

import java.util.Set;

/**
 * How a table is written and what is to be learnt from it.
 *
 * <pre>{@code
 * TableOptions options = TableOptions.DEFAULT.withSkipLines(1).withTarget("price").withTask(TableOptions.Task.REGRESSION);
 * }</pre>
 *
 * @param header whether the first line has names
 * @param skipLines lines in front of it that are no part of the table
 * @param target the column to predict: its name, its place counted from 0, or {@code last}
 * @param task what to predict
 * @param categorical names or places of columns whose numbers are names, such as postal codes
 */
public record TableOptions(Header header, int skipLines, String target, Task task, Set<String> categorical) {
    /** The target for the last column. */
    public static final String LAST = "last";

    /** Everything as the file shows. */
    public static final TableOptions DEFAULT = new TableOptions(Header.AUTO, 0, LAST, Task.AUTO, Set.of());

    /** Whether the first line has names. */
    public enum Header {
        /**
         * If it has no number, and text in front of numbers; in a table of text alone, if none of its cells comes again
         * below.
         */
        AUTO,
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

    public TableOptions {
        categorical = Set.copyOf(categorical);
        if (skipLines < 0) {
            throw new IllegalArgumentException("TableOptions: expected at least 0 lines to skip, got " + skipLines);
        }
    }

    public TableOptions withHeader(Header header) {
        return new TableOptions(header, skipLines, target, task, categorical);
    }

    public TableOptions withSkipLines(int skipLines) {
        return new TableOptions(header, skipLines, target, task, categorical);
    }

    public TableOptions withTarget(String target) {
        return new TableOptions(header, skipLines, target, task, categorical);
    }

    public TableOptions withTask(Task task) {
        return new TableOptions(header, skipLines, target, task, categorical);
    }

    public TableOptions withCategorical(String... columns) {
        return new TableOptions(header, skipLines, target, task, Set.of(columns));
    }
}
