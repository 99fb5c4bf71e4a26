package schuss.data.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import schuss.data.DataException;

/** The names of columns from the first line. A column with an empty cell is named by its index, counted from 0. */
final class ColumnNames {
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    private String twice; // the first name that two have, or null

    ColumnNames(List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            if (!cells.get(i).isEmpty() && places.put(cells.get(i), i) != null && twice == null) {
                twice = cells.get(i);
            }
        }
        for (int i = 0; i < cells.size(); i++) {
            String name = cells.get(i);
            if (name.isEmpty()) {
                name = Integer.toString(i);
                name = places.containsKey(name) ? "unnamed " + name : name;
                places.put(name, i);
            }
            names.add(name);
        }
    }

    /** Throws if two columns have the same name. */
    ColumnNames checked(TableFile file, long line) {
        if (twice != null) {
            throw new DataException(file.path() + ", line " + line + ": expected names that differ, got "
                    + Cell.shown(twice) + " twice");
        }
        return this;
    }

    /** The names in the order of the columns. */
    List<String> all() {
        return names;
    }

    boolean has(String name) {
        return places.containsKey(name);
    }

    /** The index of a column, or -1. */
    int place(String name) {
        return places.getOrDefault(name, -1);
    }
}
