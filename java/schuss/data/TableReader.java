package schuss.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads a file by a schema that is known. */
final class TableReader {
    private static final int ABSENT = -1;

    private final TableFile file;
    private final TableSchema schema;
    private final boolean withTargets;
    private final List<Map<String, Integer>> places = new ArrayList<>(); // of a column's categories
    private final int most;
    private final Consumer<Cells> parts;
    private final float[] row;
    private Cells cells;
    private boolean any;
    private int[] sources; // where each column of the schema stands in the file

    private TableReader(TableFile file, TableSchema schema, boolean withTargets, int most, Consumer<Cells> parts) {
        this.file = file;
        this.schema = schema;
        this.withTargets = withTargets;
        this.most = most;
        this.parts = parts;
        for (TableColumn column : schema.columns()) {
            Map<String, Integer> place = new HashMap<>();
            column.categories().forEach(name -> place.put(name, place.size()));
            places.add(place);
        }
        row = new float[schema.columns().size()];
        cells = new Cells(row.length, most);
    }

    /**
     * All rows, targets included.
     *
     * @throws DataException saying which cell is not as the schema has it
     */
    static Cells read(TableFile file, TableSchema schema) {
        Cells[] all = new Cells[1];
        read(file, schema, true, Integer.MAX_VALUE, cells -> all[0] = cells);
        return all[0];
    }

    /**
     * All rows, in parts that follow each other.
     *
     * @param withTargets whether the target must be there; else it is not looked at
     * @param most rows of a part
     * @throws DataException saying which cell is not as the schema has it; the parts before its own have been handed out
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

    private void add(long line, List<String> texts) {
        if (sources == null) {
            List<String> names = texts.stream().map(String::strip).toList();
            boolean header = schema.header() && isHeader(names);
            sources = header ? byName(line, names) : byPlace(line, texts.size());
            if (header) {
                return;
            }
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = sources[i] == ABSENT
                    ? Float.NaN
                    : number(line, i, texts.get(sources[i]).strip());
        }
        cells.add(row);
        any = true;
        if (cells.size() == most) {
            parts.accept(cells);
            cells = new Cells(row.length, most);
        }
    }

    /** Names as the schema has them, more of them than cells that could be data. */
    private boolean isHeader(List<String> texts) {
        long known = schema.columns().stream()
                .filter(column -> texts.contains(column.name()))
                .count();
        return 2 * known >= Math.min(texts.size(), schema.columns().size());
    }

    private int[] byName(long line, List<String> names) {
        int[] found = new int[row.length];
        for (int i = 0; i < found.length; i++) {
            String name = schema.columns().get(i).name();
            found[i] = names.indexOf(name);
            // an empty name became its column's place
            if (found[i] < 0 && i < names.size() && names.get(i).isEmpty() && name.equals(Integer.toString(i))) {
                found[i] = i;
            }
            boolean needed = i != schema.target() || withTargets;
            if (found[i] < 0 && needed) {
                throw new DataException(file.path() + ", line " + line + ": expected a column " + Cell.shown(name)
                        + ", got " + Cell.shown(String.join(", ", names)));
            }
        }
        return found;
    }

    private int[] byPlace(long line, int count) {
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

    private float number(long line, int index, String text) {
        TableColumn column = schema.columns().get(index);
        boolean target = index == schema.target();
        if (target && !withTargets) {
            return Float.NaN;
        }
        if (column.isNumeric()) {
            float value = Cell.number(text);
            if (Float.isNaN(value) && (target || !Cell.isMissing(text))) {
                throw refused(line, column, "a number", text);
            }
            return value;
        }
        Integer place = places.get(index).get(Cell.isMissing(text) ? "" : text);
        if (place == null) {
            throw refused(line, column, expected(column), text);
        }
        return place;
    }

    private static String expected(TableColumn column) {
        List<String> names =
                column.categories().stream().filter(name -> !name.isEmpty()).toList();
        return names.isEmpty()
                ? "nothing, as in all rows that were trained on"
                : "one of " + Cell.shown(String.join(", ", names))
                        + (names.size() < column.categories().size() ? ", or nothing" : "");
    }

    private DataException refused(long line, TableColumn column, String expected, String text) {
        return new DataException(
                file.where(line, column.name()) + ": expected " + expected + ", got " + Cell.shown(text));
    }
}
