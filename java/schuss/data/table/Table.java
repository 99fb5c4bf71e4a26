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
 * A table to learn from: a CSV file, plain or compressed by gzip, with one example a row. Which columns are numbers and
 * which are names is seen from the file, as is what stands between cells and how numbers are written; where that is not
 * certain, the file is refused with the option that helps. Each category of names becomes an input of its own, and a missing
 * number is taken as the mean of its column. Every input, and a number to predict, is scaled to mean 0 and variance 1 over
 * the rows that the table was fitted on. Immutable.
 *
 * <pre>{@code
 * Table table = Table.read(Path.of("wine.csv"), TableOptions.DEFAULT);
 * List<Table> parts = table.shuffle(42).split(0.8, 0.2);
 * Dataset train = parts.get(0).dataset();
 * Dataset validation = parts.get(1).dataset();
 * }</pre>
 *
 * <p>Reading needs the library FastCSV on the class path. Cells that are empty, {@code NA}, {@code N/A}, {@code #N/A},
 * {@code NaN}, {@code null} or {@code ?} are missing: of names they make a category of their own. Among numbers a dash is
 * missing too. A file is read twice, and kept as eight bytes a cell.
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
     * Reads a table whose columns are yet to be found out.
     *
     * @throws DataException naming file, line and column of what is not as it should be
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

    /** The file, with the separator found by looking unless one is given. */
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
     * Reads a table by a schema that another was fitted with. Where the first line has the schema's names, they say which
     * column is which; else their order does.
     *
     * @param skipLines lines in front of the table that are no part of it
     * @throws DataException naming the cell that is not as the schema has it: a category not known, text for a number, no
     *     target
     */
    public static Table read(Path path, TableSchema schema, int skipLines) {
        return new Table(TableReader.read(file(path, schema, skipLines), schema), null, schema, List.of());
    }

    /**
     * Reads a table of any length, as {@link #read(Path, TableSchema, int)}, in parts that follow each other: no more than
     * one of them is in memory, unless the receiver keeps them.
     *
     * <pre>{@code
     * Table.readParts(path, schema, 0, 1024, part -> count[0] += part.size());
     * }</pre>
     *
     * @param most rows of a part, at least 1; the last may have fewer
     * @throws DataException likewise; the parts before have been handed out by then
     */
    public static void readParts(Path path, TableSchema schema, int skipLines, int most, Consumer<Table> parts) {
        readParts(path, schema, skipLines, true, most, parts);
    }

    /**
     * Reads the inputs only, as {@link #readParts}: the target's column may be there or not. Targets of the parts mean
     * nothing.
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

    public int size() {
        return rows == null ? cells.size() : rows.length;
    }

    /** What the columns are, with the means of the rows it was fitted on. */
    public TableSchema schema() {
        return schema;
    }

    /** What whoever trains should know of the file, in a line each: numbers that differ in it and not for the network. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * The rows as examples: {@code row F32 (inputs)} and {@code label I32 ()}, for regression {@code target F32 (1)}; numbers
     * are scaled as the schema says.
     */
    public Dataset dataset() {
        return new TableDataset(cells, rows, schema);
    }

    /** The target of a row in the file's own unit, or the label of its class. */
    public double target(int row) {
        return cells.get(rows == null ? row : rows[row], schema.target());
    }

    /** The same rows in an order drawn from the seed. */
    public Table shuffle(long seed) {
        return part(new Philox(seed, 0).permutation(size()));
    }

    /** As {@link Dataset#split}; the first part is the one to train with, and all are fitted on it. */
    public List<Table> split(double... shares) {
        return fittedOnFirst(Partition.of(dataset(), shares));
    }

    /** As {@link Dataset#folds}: for each of {@code k} rounds the part to train with, and the part to validate on. */
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

    /** The same with the means and deviations of these rows. */
    private Table fitted() {
        List<TableColumn> columns = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            columns.add(ColumnFit.of(cells, rows, schema.columns().get(i), i));
        }
        return with(schema.withColumns(columns));
    }

    /** Its size and what is to be learnt, like {@code 178 rows; predicts which of 3 classes is "kind" from 13 other columns}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d rows; predicts %s \"%s\" from %d other columns",
                size(),
                schema.classification() ? "which of " + schema.classNames().size() + " classes is" : "the number",
                schema.columns().get(schema.target()).name(),
                schema.columns().size() - 1);
    }
}
