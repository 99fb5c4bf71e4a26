package schuss.data.table;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;

/**
 * A column of a table: which inputs of the network its cells become, and how they are scaled. The network gets {@code (x
 * - mean) / deviation}, computed in double precision and then rounded to a float.
 *
 * @param name the name from the first line, else the index of the column, counted from 0
 * @param kind what its cells are
 * @param notation how numbers are written; not used for categories
 * @param categories the names of the categories, with an empty one for missing cells if there were any; empty for numbers
 * @param means the mean of each input over the training rows; it replaces missing numbers
 * @param deviations the standard deviation of each input, above 0; 1 if all rows are equal
 */
public record TableColumn(
        String name,
        Kind kind,
        Notation notation,
        List<String> categories,
        List<Double> means,
        List<Double> deviations) {
    private static final List<String> PARTS = List.of("year", "month", "day", "weekday", "hour");

    /** What the cells of a column are. */
    public enum Kind {
        /** Numbers: one input, the number itself. A date is its number of days since 1970. */
        NUMERIC,
        /** Dates as five inputs: year, month, day of the month, day of the week (Monday is 1) and hour. */
        PARTS,
        /** Categories: one input per category, 1 for that of the cell and 0 for the others. */
        CATEGORICAL,
        /** Not an input. */
        IGNORED
    }

    /**
     * Creates a column; the lists are copied.
     *
     * @param name the name from the first line, else the index of the column, counted from 0
     * @param kind what its cells are
     * @param notation how numbers are written
     * @param categories the names of the categories, with an empty one for missing cells if there were any
     * @param means the mean of each input over the training rows
     * @param deviations the standard deviation of each input, above 0
     * @throws IllegalArgumentException if the components do not fit each other
     */
    public TableColumn {
        categories = List.copyOf(categories);
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
        if (name == null || kind == null || notation == null) {
            throw new IllegalArgumentException(
                    "column: expected a name, a kind and a notation, got " + name + ", " + kind + " and " + notation);
        }
        if ((kind == Kind.CATEGORICAL) == categories.isEmpty()) {
            throw new IllegalArgumentException("column " + name + ": expected numbers, or categories with names, got "
                    + kind + " and " + categories.size() + " categories");
        }
        if (kind == Kind.PARTS && !notation.isDate()) {
            throw new IllegalArgumentException("column " + name + ": expected parts of dates, got " + notation);
        }
        int width = width(kind, categories);
        if (means.size() != width || deviations.size() != width) {
            throw new IllegalArgumentException("column " + name + ": expected " + width + " means and deviations, got "
                    + means.size() + " and " + deviations.size());
        }
        if (!means.stream().allMatch(Double::isFinite)
                || !deviations.stream().allMatch(x -> Double.isFinite(x) && x > 0)) {
            throw new IllegalArgumentException("column " + name + ": expected finite means and deviations above 0, got "
                    + means + " and " + deviations);
        }
        if (new HashSet<>(categories).size() < categories.size()) {
            throw new IllegalArgumentException("column " + name + ": expected distinct categories, got " + categories);
        }
    }

    private static int width(Kind kind, List<String> categories) {
        return switch (kind) {
            case NUMERIC -> 1;
            case PARTS -> PARTS.size();
            case CATEGORICAL -> categories.size();
            case IGNORED -> 0;
        };
    }

    private static TableColumn unfitted(String name, Kind kind, Notation notation, List<String> categories) {
        int width = width(kind, categories);
        return new TableColumn(
                name, kind, notation, categories, Collections.nCopies(width, 0.0), Collections.nCopies(width, 1.0));
    }

    static TableColumn numeric(String name, Notation notation) {
        return unfitted(name, Kind.NUMERIC, notation, List.of());
    }

    static TableColumn parts(String name, Notation notation) {
        return unfitted(name, Kind.PARTS, notation, List.of());
    }

    static TableColumn categorical(String name, List<String> categories) {
        return unfitted(name, Kind.CATEGORICAL, Notation.PLAIN, categories);
    }

    static TableColumn ignored(String name) {
        return unfitted(name, Kind.IGNORED, Notation.PLAIN, List.of());
    }

    TableColumn fitted(List<Double> means, List<Double> deviations) {
        return new TableColumn(name, kind, notation, categories, means, deviations);
    }

    boolean isCategorical() {
        return kind == Kind.CATEGORICAL;
    }

    boolean isIgnored() {
        return kind == Kind.IGNORED;
    }

    /** The number of inputs. */
    int width() {
        return means.size();
    }

    /** The names of its inputs. */
    List<String> inputNames() {
        return switch (kind) {
            case NUMERIC -> List.of(name);
            case PARTS -> PARTS.stream().map(part -> name + "." + part).toList();
            case CATEGORICAL ->
                categories.stream().map(category -> name + "=" + category).toList();
            case IGNORED -> List.of();
        };
    }

    /** Writes the inputs of a cell before scaling. The cell is a number or the index of a category; NaN means missing. */
    void inputs(double cell, double... inputs) {
        switch (kind) {
            case NUMERIC -> inputs[0] = cell;
            case PARTS -> {
                if (Double.isNaN(cell)) {
                    Arrays.fill(inputs, 0, PARTS.size(), Double.NaN);
                } else {
                    DateText.parts(cell, inputs);
                }
            }
            case CATEGORICAL -> {
                for (int i = 0; i < categories.size(); i++) {
                    inputs[i] = Double.isNaN(cell) ? Double.NaN : i == cell ? 1 : 0;
                }
            }
            case IGNORED -> {}
        }
    }
}
