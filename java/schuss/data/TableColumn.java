package schuss.data;

import java.util.HashSet;
import java.util.List;

/**
 * A column of a table as it was fitted.
 *
 * @param name from the line of names, else its place, counted from 0
 * @param kind what its cells are
 * @param mean of numbers: what a missing one is taken as
 * @param categories of categories: their names, an empty one for missing cells where there were some
 */
public record TableColumn(String name, Kind kind, double mean, List<String> categories) {
    /** What cells are. */
    public enum Kind {
        /** One input, the number itself. */
        NUMERIC,
        /** One input for each category, 1 for the cell's own and 0 for the others. */
        CATEGORICAL
    }

    public TableColumn {
        categories = List.copyOf(categories);
        boolean numeric = kind == Kind.NUMERIC;
        if (kind == null || !Double.isFinite(mean) || numeric != categories.isEmpty()) {
            throw new IllegalArgumentException("column " + name + ": expected numbers with a finite mean or categories"
                    + " with names, got " + kind + ", mean " + mean + ", " + categories.size() + " categories");
        }
        if (new HashSet<>(categories).size() < categories.size()) {
            throw new IllegalArgumentException("column " + name + ": expected distinct categories, got " + categories);
        }
    }

    static TableColumn numeric(String name, double mean) {
        return new TableColumn(name, Kind.NUMERIC, mean, List.of());
    }

    static TableColumn categorical(String name, List<String> categories) {
        return new TableColumn(name, Kind.CATEGORICAL, 0, categories);
    }

    boolean isNumeric() {
        return kind == Kind.NUMERIC;
    }

    /** How many inputs it makes. */
    int width() {
        return isNumeric() ? 1 : categories.size();
    }
}
