package schuss.data.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import schuss.FormatException;
import schuss.data.DataException;

/**
 * What the columns of a table are, as fitted on the training rows: how a network that was trained on one file reads
 * another.
 *
 * <pre>{@code
 * String json = table.schema().toJson();
 * Table more = Table.read(Path.of("more.csv"), TableSchema.of(json), 0);
 * }</pre>
 *
 * @param header whether files are expected to have a line of names
 * @param separator what stands between cells
 * @param target the place of the column to predict
 * @param missingTargets what becomes of a row without a target
 * @param unknown what becomes of a category that no training row had
 * @param columns all of them in the order of the file, the target among them
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

    /** What becomes of a category that no training row had, or of a missing one where none was missing. */
    public enum Unknown {
        /** The row is refused. */
        REFUSE,
        /** It is as if nothing were known of it: the inputs of its column are those of the mean row. */
        IGNORE,
        /** It is none of the categories: all inputs of its column are 0. */
        OTHER
    }

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

    /** The same with another rule for categories that no training row had. */
    public TableSchema withUnknown(Unknown rule) {
        return new TableSchema(header, separator, target, missingTargets, rule, columns);
    }

    TableSchema withColumns(List<TableColumn> fitted) {
        return new TableSchema(header, separator, target, missingTargets, unknown, fitted);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws FormatException if the text is no such schema
     */
    public static TableSchema of(String json) {
        try {
            TableSchema schema = mapper().readValue(json, TableSchema.class);
            if (schema != null) {
                return schema;
            }
        } catch (JsonProcessingException e) {
            throw new FormatException(
                    "table schema: expected JSON as a saved model has it, got a text with this fault: "
                            + e.getOriginalMessage().split("[;(]")[0].strip(), // behind it are words of the library
                    e);
        } catch (NoClassDefFoundError e) {
            throw noJackson(e);
        }
        throw new FormatException("table schema: expected JSON as a saved model has it, got null");
    }

    /** As text, the same on every machine. */
    public String toJson() {
        try {
            return mapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a schema holds only what JSON can say", e);
        } catch (NoClassDefFoundError e) {
            throw noJackson(e);
        }
    }

    private static ObjectMapper mapper() {
        // without the buffers that Jackson keeps for each thread, which would outlive a class loader
        return new ObjectMapper(JsonFactory.builder()
                        .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    }

    private static DataException noJackson(NoClassDefFoundError e) {
        return new DataException(
                "table schema: expected the library com.fasterxml.jackson.core:jackson-databind, got none", e);
    }

    TableColumn targetColumn() {
        return columns.get(target);
    }

    /** Whether the target is one of {@link #classNames}; else it is a number. */
    public boolean classification() {
        return targetColumn().isCategorical();
    }

    /** The names of the classes in the order of the labels; none for regression. */
    public List<String> classNames() {
        return targetColumn().categories();
    }

    /** The number of inputs that a row makes. */
    public int width() {
        return columns.stream().mapToInt(TableColumn::width).sum()
                - targetColumn().width();
    }

    /** The names of the inputs: a column's, with {@code =category} or {@code .part} behind it where there are some. */
    public List<String> inputNames() {
        return IntStream.range(0, columns.size())
                .filter(i -> i != target)
                .mapToObj(columns::get)
                .flatMap(column -> column.inputNames().stream())
                .toList();
    }

    /** The number that the network learns for a target of regression: (y - mean) / deviation. */
    public double scaledTarget(double y) {
        return (y - targetColumn().means().get(0)) / targetColumn().deviations().get(0);
    }

    /** The way back: the number in the file's own unit that an output of the network stands for. */
    public double prediction(double output) {
        return output * targetColumn().deviations().get(0)
                + targetColumn().means().get(0);
    }

    /** The same as text, of no more digits than the network computes with. */
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
