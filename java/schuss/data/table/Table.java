package schuss.data.table;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import schuss.Philox;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.Partition;

/**
 * A table to learn from, read from a CSV file (plain or compressed with gzip) with one example per row. One column is the
 * target, the others are inputs.
 *
 * <pre>{@code
 * Table table = Table.read(Path.of("wine.csv"), TableOptions.DEFAULT);
 * List<Table> parts = table.shuffle(42).split(0.8, 0.2);
 * Dataset train = parts.get(0).dataset();
 * Dataset validation = parts.get(1).dataset();
 * }</pre>
 *
 * <p>Reading the file finds out which columns are numbers and which are categories, the separator, and how numbers are
 * written. If something is ambiguous, the error names the option that settles it. Then
 * <ul>
 * <li>each category becomes an input of its own (one-hot encoding),
 * <li>a missing number is replaced by the mean of its column,
 * <li>every input, and a target that is a number, is standardised to mean 0 and variance 1. Means and deviations are
 *     those of the whole table after reading, and those of the training part after {@link #split} or {@link #folds}.
 * </ul>
 *
 * <p>Empty cells and {@code NA}, {@code N/A}, {@code #N/A}, {@code NaN}, {@code null} and {@code ?} are missing values;
 * among categories they are a category of their own. A dash in a column of numbers is missing too.
 *
 * <p>Tables are immutable. Reading needs the library FastCSV on the class path. A file is read twice, and takes eight
 * bytes of memory per cell.
 */
public final class Table {
    private final Cells cells;
    private final int[] rows; // null for all
    private final TableSchema schema;
    private final List<String> warnings;

    private Table(Cells cells, int[] rows, TableSchema schema, List<String> warnings) {
        this.cells = cells;
        this.rows = rows;
        this.schema = schema;
        this.warnings = warnings;
    }

    /**
     * Reads a table and finds out what its columns are.
     *
     * @param path the CSV file
     * @param options what cannot be found out from the file, such as the target
     * @return the table
     * @throws DataException if the file cannot be read or understood; the message names file, line and column
     * @throws IllegalStateException if FastCSV is not on the class path
     */
    public static Table read(Path path, TableOptions options) {
        TableFile file = file(path, options.skipLines(), options.separator());
        TableScan scan = TableScan.of(file, options);
        TableSchema schema = scan.schema();
        Table table = new Table(TableReader.read(file, schema), null, schema, List.of()).fitted();
        List<String> merged = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            String warning = ColumnFit.merged(table.cells, table.schema, i, scan.fractionDigits(i));
            if (warning != null) {
                merged.add(path + ", " + warning);
            }
        }
        return new Table(table.cells, null, table.schema, List.copyOf(merged));
    }

    /** The file with the given separator, or with the one found in the file. */
    private static TableFile file(Path path, int skipLines, char separator) {
        try {
            TableFile file = new TableFile(path, skipLines, separator == 0 ? ',' : separator);
            return separator == 0 ? new TableFile(path, skipLines, Separator.of(file)) : file;
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Table: expected the library de.siegmar:fastcsv on the class path, got none", e);
        }
    }

    private static TableFile file(Path path, TableSchema schema, int skipLines) {
        return file(path, skipLines, schema.separator().charAt(0));
    }

    /**
     * Reads a table with the schema of another one, for example new data for a model. If the first line has the names of
     * the schema, columns are matched by name, else by position.
     *
     * @param path the CSV file
     * @param schema the schema of the table that the model was trained on
     * @param skipLines the number of lines before the table that are skipped
     * @return the table
     * @throws DataException if a cell does not fit the schema (an unknown category, text instead of a number, a missing
     *     target); the message names the cell
     */
    public static Table read(Path path, TableSchema schema, int skipLines) {
        return new Table(TableReader.read(file(path, schema, skipLines), schema), null, schema, List.of());
    }

    /**
     * Reads a table of any length in parts that follow each other, so that only one part at a time is in memory. See
     * {@link #read(Path, TableSchema, int)}.
     *
     * <pre>{@code
     * Table.readParts(path, schema, 0, 1024, part -> count[0] += part.size());
     * }</pre>
     *
     * @param path the CSV file
     * @param schema the schema of the table that the model was trained on
     * @param skipLines the number of lines before the table that are skipped
     * @param most the number of rows in a part, at least 1; the last part may have fewer
     * @param parts receives each part
     * @throws DataException if a cell does not fit the schema; earlier parts have been delivered by then
     */
    public static void readParts(Path path, TableSchema schema, int skipLines, int most, Consumer<Table> parts) {
        readParts(path, schema, skipLines, true, most, parts);
    }

    /**
     * Reads the inputs of a table in parts, for prediction: the column of the target may be absent. The targets of the
     * parts have no meaning. See {@link #readParts}.
     *
     * @param path the CSV file
     * @param schema the schema of the table that the model was trained on
     * @param skipLines the number of lines before the table that are skipped
     * @param most the number of rows in a part, at least 1; the last part may have fewer
     * @param parts receives each part
     * @throws DataException if a cell does not fit the schema; earlier parts have been delivered by then
     */
    public static void readInputs(Path path, TableSchema schema, int skipLines, int most, Consumer<Table> parts) {
        readParts(path, schema, skipLines, false, most, parts);
    }

    private static void readParts(
            Path path, TableSchema schema, int skipLines, boolean withTargets, int most, Consumer<Table> parts) {
        if (most < 1) {
            throw new IllegalArgumentException("table: expected parts of at least 1 example, got " + most);
        }
        TableReader.read(
                file(path, schema, skipLines),
                schema,
                withTargets,
                most,
                cells -> parts.accept(new Table(cells, null, schema, List.of())));
    }

    /** {@return the number of rows} */
    public int size() {
        return rows == null ? cells.size() : rows.length;
    }

    /** {@return what the columns are, with the means and deviations used for scaling} */
    public TableSchema schema() {
        return schema;
    }

    /**
     * {@return warnings for the user, one per line: columns in which different numbers of the file become the same number
     * for the network, which computes in single precision}
     */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * {@return the rows as examples for a model: the input is {@code row F32 (inputs)}, the target {@code label I32 ()}
     * for classification and {@code target F32 (1)} for regression; numbers are scaled}
     */
    public Dataset dataset() {
        return new TableDataset(cells, rows, schema);
    }

    /**
     * {@return the target of a row, not scaled: a number in the unit of the file, or the label of its class}
     *
     * @param row the row, from 0 to {@code size() - 1}
     */
    public double target(int row) {
        return cells.get(rows == null ? row : rows[row], schema.target());
    }

    /**
     * {@return the same rows in random order; the same seed gives the same order}
     *
     * @param seed chooses the order
     */
    public Table shuffle(long seed) {
        return part(new Philox(seed, 0).permutation(size()));
    }

    /**
     * Splits the rows at random and stratified, as {@link Dataset#split} does. The first part is the training set: all
     * parts are scaled with its means and deviations.
     *
     * @param shares the share of each part, above 0, with sum 1
     * @return a table for each part
     * @throws IllegalArgumentException if a share is not above 0 or they do not add up to 1
     * @throws DataException if there are too few rows for every part to get one
     */
    public List<Table> split(double... shares) {
        return fittedOnFirst(Partition.of(dataset(), shares));
    }

    /**
     * Divides the rows for k-fold cross-validation, as {@link Dataset#folds} does.
     *
     * @param k the number of folds, 2 to 127
     * @return for each of the k rounds a list of two tables: the training and the validation part, both scaled with the
     *     means and deviations of the training part
     */
    public List<List<Table>> folds(int k) {
        return Arrays.stream(Partition.folds(dataset(), k))
                .map(validation -> fittedOnFirst(Partition.others(size(), validation), validation))
                .toList();
    }

    private List<Table> fittedOnFirst(int[]... parts) {
        TableSchema fitted = part(parts[0]).fitted().schema;
        return Arrays.stream(parts).map(rows -> part(rows).with(fitted)).toList();
    }

    private Table part(int... indices) {
        return new Table(
                cells,
                rows == null
                        ? indices
                        : Arrays.stream(indices).map(i -> rows[i]).toArray(),
                schema,
                warnings);
    }

    private Table with(TableSchema other) {
        return new Table(cells, rows, other, warnings);
    }

    /** The same table with the means and deviations of its own rows. */
    private Table fitted() {
        List<TableColumn> columns = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            columns.add(ColumnFit.of(cells, rows, schema.columns().get(i), i));
        }
        return with(schema.withColumns(columns));
    }

    /**
     * {@return the size and the task, such as {@code 178 rows; predicts which of 3 classes is "kind" from 13 other
     * columns}}
     */
    @Override
    public String toString() {
        long ignored = schema.columns().stream()
                .filter(column -> column.kind() == TableColumn.Kind.IGNORED)
                .count();
        return String.format(
                Locale.ROOT,
                "%,d rows; predicts %s \"%s\" from %d other columns%s",
                size(),
                schema.classification() ? "which of " + schema.classNames().size() + " classes is" : "the number",
                schema.columns().get(schema.target()).name(),
                schema.columns().size() - 1 - ignored,
                ignored == 0 ? "" : ", without " + ignored + " that " + (ignored == 1 ? "is" : "are") + " ignored");
    }
}
