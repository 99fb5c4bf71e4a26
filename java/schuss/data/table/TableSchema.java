package schuss.data.table;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import schuss.FormatException;
import schuss.data.DataException;

/**
 * What the columns of a table are and how they are scaled, as found in the training rows. It lets a model that was
 * trained on one file read another. Models are saved with it.
 *
 * <pre>{@code
 * String json = table.schema().toJson();
 * Table more = Table.read(Path.of("more.csv"), TableSchema.of(json), 0);
 * }</pre>
 *
 * @param header whether files are expected to begin with a line of names
 * @param separator the character between cells
 * @param target the index of the column to predict
 * @param missingTargets what becomes of rows without a target
 * @param unknown what becomes of categories that did not occur in training
 * @param columns all columns in the order of the file, with the target
 */
public record TableSchema(
        boolean header,
        String separator,
        int target,
        TableOptions.MissingTargets missingTargets,
        Unknown unknown,
        List<TableColumn> columns) {
    private static final int DIGITS = 7; // of a float
    private static final int MOST_DIGITS = 20; // else powers of ten are easier to read

    /**
     * What becomes of a category that did not occur in training, or of a missing category if none was missing in
     * training.
     */
    public enum Unknown {
        /** The row is an error. */
        REFUSE,
        /** The cell counts as missing: the inputs of its column have their means. */
        IGNORE,
        /** The cell is none of the categories: all inputs of its column are 0 before scaling. */
        OTHER
    }

    /**
     * Creates a schema; the list is copied.
     *
     * @param header whether files are expected to begin with a line of names
     * @param separator the character between cells
     * @param target the index of the column to predict
     * @param missingTargets what becomes of rows without a target
     * @param unknown what becomes of categories that did not occur in training
     * @param columns all columns in the order of the file, with the target
     * @throws IllegalArgumentException if there are fewer than two columns, no input, two columns of the same name, or
     *     the target is neither a number nor a class
     */
    public TableSchema {
        columns = List.copyOf(columns);
        if (columns.size() < 2 || target < 0 || target >= columns.size()) {
            throw new IllegalArgumentException("schema: expected two columns or more with the target among them, got "
                    + columns.size() + " and target " + target);
        }
        TableColumn.Kind kind = columns.get(target).kind();
        if (kind != TableColumn.Kind.NUMERIC && kind != TableColumn.Kind.CATEGORICAL) {
            throw new IllegalArgumentException("schema: expected a target of numbers or classes, got " + kind);
        }
        if (missingTargets == null || unknown == null || separator == null || separator.length() != 1) {
            throw new IllegalArgumentException("schema: expected rules and a separator, got " + missingTargets + ", "
                    + unknown + " and " + separator);
        }
        if (new HashSet<>(columns.stream().map(TableColumn::name).toList()).size() < columns.size()) {
            throw new IllegalArgumentException("schema: expected columns of different names");
        }
        if (columns.stream().mapToInt(TableColumn::width).sum()
                == columns.get(target).width()) {
            throw new IllegalArgumentException("schema: expected at least one input, got none");
        }
    }

    /**
     * {@return a copy with another rule for unknown categories}
     *
     * @param rule what becomes of categories that did not occur in training
     */
    public TableSchema withUnknown(Unknown rule) {
        return new TableSchema(header, separator, target, missingTargets, rule, columns);
    }

    TableSchema withColumns(List<TableColumn> fitted) {
        return new TableSchema(header, separator, target, missingTargets, unknown, fitted);
    }

    /**
     * Reads a schema that {@link #toJson} wrote. It needs the library Jackson (jackson-databind).
     *
     * @param json the text
     * @return the schema
     * @throws FormatException if the text is not such a schema
     * @throws DataException if Jackson is not on the class path
     */
    public static TableSchema of(String json) {
        try {
            return TableSchemaJson.read(json);
        } catch (NoClassDefFoundError e) {
            throw noJackson(e);
        }
    }

    /**
     * {@return the schema as text, the same on every machine}
     *
     * @throws DataException if the library Jackson is not on the class path
     */
    public String toJson() {
        try {
            return TableSchemaJson.write(this);
        } catch (NoClassDefFoundError e) {
            throw noJackson(e);
        }
    }

    private static DataException noJackson(NoClassDefFoundError e) {
        return new DataException(
                "table schema: expected the library com.fasterxml.jackson.core:jackson-databind, got none", e);
    }

    TableColumn targetColumn() {
        return columns.get(target);
    }

    /** {@return whether the target is a class, one of {@link #classNames}; else it is a number} */
    public boolean classification() {
        return targetColumn().isCategorical();
    }

    /** {@return the names of the classes in the order of their labels; empty for regression} */
    public List<String> classNames() {
        return targetColumn().categories();
    }

    /** {@return the number of inputs that a row becomes} */
    public int width() {
        return columns.stream().mapToInt(TableColumn::width).sum()
                - targetColumn().width();
    }

    /**
     * {@return the names of the inputs: the name of the column, followed by {@code =category} for a category or {@code
     * .part} for a part of a date}
     */
    public List<String> inputNames() {
        return IntStream.range(0, columns.size())
                .filter(i -> i != target)
                .mapToObj(columns::get)
                .flatMap(column -> column.inputNames().stream())
                .toList();
    }

    /**
     * {@return the scaled target of a regression, {@code (y - mean) / deviation}, which the network learns}
     *
     * @param y the target in the unit of the file
     */
    public double scaledTarget(double y) {
        return (y - targetColumn().means().get(0)) / targetColumn().deviations().get(0);
    }

    /**
     * {@return the prediction of a regression in the unit of the file, the inverse of {@link #scaledTarget}}
     *
     * @param output the output of the network
     */
    public double prediction(double output) {
        return output * targetColumn().deviations().get(0)
                + targetColumn().means().get(0);
    }

    /**
     * {@return the prediction of a regression as text, with no more digits than single precision has}
     *
     * @param output the output of the network
     */
    public String predictionText(double output) {
        double value = prediction(output);
        int digits =
                DIGITS - (int) Math.ceil(Math.log10(targetColumn().deviations().get(0)));
        if (!Double.isFinite(value) || Math.abs(digits) > MOST_DIGITS) {
            return Double.toString(value);
        }
        BigDecimal rounded = new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
