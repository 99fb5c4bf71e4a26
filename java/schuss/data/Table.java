package schuss.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import schuss.Philox;

/**
 * A table to learn from: a CSV file, plain or compressed by gzip, with one example a row. Which columns are numbers and
 * which are names is seen from the file; each category of names becomes an input of its own, and a missing number is taken
 * as the mean of its column. Immutable.
 *
 * <pre>{@code
 * Table table = Table.read(Path.of("wine.csv"), TableOptions.DEFAULT);
 * List<Table> parts = table.shuffle(42).split(0.8, 0.2);
 * Dataset train = parts.get(0).dataset();
 * Dataset validation = parts.get(1).dataset();
 * }</pre>
 *
 * <p>Reading needs the library FastCSV on the class path. Cells that are empty, {@code NA}, {@code N/A}, {@code NaN},
 * {@code null} or {@code ?} are missing: of names they make a category of their own. A file is read twice, and kept as four
 * bytes a cell.
 */
public final class Table {
    private final Cells cells;
    private final int[] rows; // null for all
    private final TableSchema schema;

    private Table(Cells cells, int[] rows, TableSchema schema) {
        this.cells = cells;
        this.rows = rows;
        this.schema = schema;
    }

    /**
     * Reads a table whose columns are yet to be found out.
     *
     * @throws DataException naming file, line and column of what is not as it should be
     */
    public static Table read(Path path, TableOptions options) {
        TableFile file = file(path, options.skipLines());
        TableSchema schema = TableScan.schema(file, options);
        return new Table(TableReader.read(file, schema), null, schema).fitted();
    }

    private static TableFile file(Path path, int skipLines) {
        try {
            return new TableFile(path, skipLines);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Table: expected the library de.siegmar:fastcsv on the class path, got none", e);
        }
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
        return new Table(TableReader.read(file(path, skipLines), schema), null, schema);
    }

    /**
     * Reads a table of any length, as {@link #read(Path, TableSchema, int)}, in parts that follow each other: no more than
     * one of them is in memory, unless the receiver keeps them.
     *
     * <pre>{@code
     * Table.readParts(path, schema, 0, 1024, part -> count[0] += part.size());
     * }</pre>
     *
     * @param most examples of a part, at least 1; the last may have fewer
     * @throws DataException likewise; the parts before have been handed out by then
     */
    public static void readParts(Path path, TableSchema schema, int skipLines, int most, Consumer<Dataset> parts) {
        readParts(path, schema, skipLines, true, most, parts);
    }

    /**
     * Reads the inputs only, as {@link #readParts}: the target's column may be there or not. Targets of the data sets mean
     * nothing.
     */
    public static void readInputs(Path path, TableSchema schema, int skipLines, int most, Consumer<Dataset> parts) {
        readParts(path, schema, skipLines, false, most, parts);
    }

    private static void readParts(
            Path path, TableSchema schema, int skipLines, boolean withTargets, int most, Consumer<Dataset> parts) {
        if (most < 1) {
            throw new IllegalArgumentException("table: expected parts of at least 1 example, got " + most);
        }
        TableReader.read(
                file(path, skipLines),
                schema,
                withTargets,
                most,
                cells -> parts.accept(new TableDataset(cells, schema)));
    }

    public int size() {
        return rows == null ? cells.size() : rows.length;
    }

    /** What the columns are, with the means of the rows it was fitted on. */
    public TableSchema schema() {
        return schema;
    }

    /** The rows as examples: {@code row F32 (inputs)} and {@code label I32 ()}, for regression {@code target F32 (1)}. */
    public Dataset dataset() {
        Dataset all = new TableDataset(cells, schema);
        return rows == null ? all : DatasetView.wrap(all, rows);
    }

    /** The same rows in an order drawn from the seed. */
    public Table shuffle(long seed) {
        return part(new Philox(seed, 0).permutation(size()));
    }

    /** As {@link Dataset#split}; the first part is the one to train with, and all are fitted on it. */
    public List<Table> split(double... shares) {
        List<Table> parts = new ArrayList<>();
        for (int[] indices : Partition.of(dataset(), shares)) {
            Table part = part(indices);
            parts.add(parts.isEmpty() ? part.fitted() : part.with(parts.get(0).schema));
        }
        return parts;
    }

    /** As {@link Dataset#folds}; each round is fitted on the rows that it trains with. */
    public List<Fold> folds(int k) {
        return Arrays.stream(Partition.folds(dataset(), k)).map(this::fold).toList();
    }

    private Fold fold(int... validation) {
        Table train = part(Partition.others(size(), validation)).fitted();
        return new Fold(train.dataset(), part(validation).with(train.schema).dataset());
    }

    private Table part(int... indices) {
        return new Table(
                cells,
                rows == null
                        ? indices
                        : Arrays.stream(indices).map(i -> rows[i]).toArray(),
                schema);
    }

    private Table with(TableSchema other) {
        return new Table(cells, rows, other);
    }

    /** The same with the means of these rows. */
    private Table fitted() {
        List<TableColumn> columns = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            TableColumn column = schema.columns().get(i);
            columns.add(column.isNumeric() ? TableColumn.numeric(column.name(), mean(i)) : column);
        }
        return with(new TableSchema(schema.header(), schema.target(), columns));
    }

    /** Of the cells that are there; 0 where none is. */
    private double mean(int column) {
        return IntStream.range(0, size())
                .mapToDouble(i -> cells.get(rows == null ? i : rows[i], column))
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(0);
    }
}
