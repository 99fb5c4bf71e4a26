package schuss.data.table;

import java.util.List;
import java.util.function.Consumer;
import schuss.data.DataException;

/** Reads a file with a known schema. */
final class TableReader {
    private static final int ABSENT = -1;

    private final TableFile file;
    private final TableSchema schema;
    private final boolean withTargets;
    private final CellReader reader;
    private final int most;
    private final Consumer<Cells> parts;
    private final double[] row;
    private Cells cells;
    private long line; // of the row that is read
    private boolean any;
    private int[] sources; // where each column of the schema stands in the file

    private TableReader(TableFile file, TableSchema schema, boolean withTargets, int most, Consumer<Cells> parts) {
        this.file = file;
        this.schema = schema;
        this.withTargets = withTargets;
        this.most = most;
        this.parts = parts;
        reader = new CellReader(schema, column -> file.where(line, column.name()));
        row = new double[schema.columns().size()];
        cells = new Cells(row.length, most);
    }

    /**
     * Reads all rows with their targets.
     *
     * @throws DataException if a cell does not fit the schema; the message names it
     */
    static Cells read(TableFile file, TableSchema schema) {
        Cells[] all = new Cells[1];
        read(file, schema, true, Integer.MAX_VALUE, cells -> all[0] = cells);
        return all[0];
    }

    /**
     * Reads all rows in parts that follow each other.
     *
     * @param withTargets whether targets must be present; else they are not read
     * @param most the number of rows in a part
     * @throws DataException if a cell does not fit the schema; the message names it, and earlier parts have been
     *     delivered by then
     */
    static void read(TableFile file, TableSchema schema, boolean withTargets, int most, Consumer<Cells> parts) {
        TableReader reader = new TableReader(file, schema, withTargets, most, parts);
        file.read(reader::add);
        if (!reader.any) {
            throw new DataException(file.path() + ": expected at least one row, got none");
        }
        if (reader.cells.size() > 0) {
            parts.accept(reader.cells);
        }
    }

    private void add(long start, List<String> texts) {
        line = start;
        if (sources == null) {
            List<String> first = texts.stream().map(Cell::clean).toList();
            ColumnNames names = new ColumnNames(first);
            boolean header = schema.header() && isHeader(first, names);
            sources = header ? byName(names.checked(file, line)) : byPlace(texts.size());
            if (header) {
                return;
            }
        }
        if (!read(texts)) {
            return;
        }
        cells.add(row);
        any = true;
        if (cells.size() == most) {
            parts.accept(cells);
            cells = new Cells(row.length, most);
        }
    }

    /** Reads a row; returns whether it is kept. */
    private boolean read(List<String> texts) {
        for (int i = 0; i < row.length; i++) {
            boolean absent = sources[i] == ABSENT || (i == schema.target() && !withTargets);
            String text = absent ? "" : Cell.clean(texts.get(sources[i]));
            if (i == schema.target()
                    && withTargets
                    && CellReader.isMissing(schema.columns().get(i), text)
                    && schema.missingTargets() == TableOptions.MissingTargets.SKIP) {
                return false;
            }
            row[i] = absent ? Double.NaN : reader.read(i, text);
        }
        return true;
    }

    /**
     * Whether the first line contains names: those of all inputs, even if they are years; or at least half of the names,
     * if no cell is a number.
     */
    private boolean isHeader(List<String> texts, ColumnNames names) {
        int inputs = 0;
        int known = 0;
        for (int i = 0; i < row.length; i++) {
            TableColumn column = schema.columns().get(i);
            if (i != schema.target() && !column.isIgnored()) {
                inputs++;
                known += names.has(column.name()) ? 1 : 0;
            }
        }
        boolean target = names.has(schema.targetColumn().name());
        return known == inputs
                || (2 * (known + (target ? 1 : 0)) >= Math.min(texts.size(), inputs + 1)
                        && texts.stream().allMatch(text -> Double.isNaN(Cell.number(text))));
    }

    private int[] byName(ColumnNames names) {
        int[] found = new int[row.length];
        for (int i = 0; i < found.length; i++) {
            TableColumn column = schema.columns().get(i);
            found[i] = names.place(column.name());
            boolean needed = i == schema.target() ? withTargets : !column.isIgnored();
            if (found[i] < 0 && needed) {
                throw new DataException(file.path() + ", line " + line + ": expected a column "
                        + Cell.shown(column.name()) + ", got " + Cell.shown(String.join(", ", names.all())));
            }
        }
        return found;
    }

    private int[] byPlace(int count) {
        boolean absent = count == row.length - 1 && !withTargets;
        if (count != row.length && !absent) {
            throw new DataException(file.path() + ", line " + line + ": expected " + row.length
                    + " cells, the target " + schema.targetColumn().name() + " among them,"
                    + (withTargets ? "" : " or " + (row.length - 1) + " without it,") + " got " + count);
        }
        int[] found = new int[row.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = !absent || i < schema.target() ? i : i == schema.target() ? ABSENT : i - 1;
        }
        return found;
    }
}
