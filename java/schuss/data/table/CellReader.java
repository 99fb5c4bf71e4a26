package schuss.data.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import schuss.data.DataException;

/** Converts cells to numbers as a schema says: to the number itself, or to the index of a category. */
final class CellReader {
    private static final double NO_CATEGORY = -1;

    private final TableSchema schema;
    private final Function<TableColumn, String> where;
    private final List<Map<String, Integer>> places = new ArrayList<>(); // of a column's categories

    /**
     * Creates a reader.
     *
     * @param schema what the columns are
     * @param where the beginning of messages about a cell of a column
     */
    CellReader(TableSchema schema, Function<TableColumn, String> where) {
        this.schema = schema;
        this.where = where;
        for (TableColumn column : schema.columns()) {
            Map<String, Integer> place = new HashMap<>();
            column.categories().forEach(name -> place.put(name, place.size()));
            places.add(place);
        }
    }

    /** The number of a cleaned cell; NaN if the value is missing. */
    double read(int index, String text) {
        TableColumn column = schema.columns().get(index);
        if (column.isIgnored()) {
            return Double.NaN;
        }
        boolean target = index == schema.target();
        if (!column.isCategorical()) {
            double value = column.notation().number(text);
            if (Double.isNaN(value) && (target || !isMissing(column, text))) {
                throw refused(index, column.notation().description(), text);
            }
            return value;
        }
        Integer place = places.get(index).get(Cell.isMissing(text) ? "" : text);
        if (place != null) {
            return place;
        }
        if (target || schema.unknown() == TableSchema.Unknown.REFUSE) {
            throw refused(index, expected(column), text);
        }
        return schema.unknown() == TableSchema.Unknown.IGNORE ? Double.NaN : NO_CATEGORY;
    }

    static boolean isMissing(TableColumn column, String text) {
        return Cell.isMissing(text) || (!column.isCategorical() && Cell.isDash(text));
    }

    private static String expected(TableColumn column) {
        List<String> names =
                column.categories().stream().filter(name -> !name.isEmpty()).toList();
        return names.isEmpty()
                ? "nothing, as in all rows that were trained on"
                : "one of " + Cell.shown(String.join(", ", names))
                        + (names.size() < column.categories().size() ? ", or nothing" : "");
    }

    private DataException refused(int index, String expected, String text) {
        TableColumn column = schema.columns().get(index);
        boolean target = index == schema.target();
        String help = target && isMissing(column, text)
                ? "; TableOptions.withMissingTargets(SKIP) leaves such rows out"
                : !target && column.isCategorical()
                        ? "; TableOptions.withUnknown(IGNORE) or TableOptions.withUnknown(OTHER) accepts values that are not known"
                        : "";
        return new DataException(where.apply(column) + ": expected " + expected + ", got " + Cell.shown(text) + help);
    }
}
