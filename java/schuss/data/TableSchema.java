package schuss.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import schuss.io.FormatException;

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
 * @param target the place of the column to predict
 * @param columns all of them in the order of the file, the target among them
 */
public record TableSchema(boolean header, int target, List<TableColumn> columns) {
    public TableSchema {
        columns = List.copyOf(columns);
        if (columns.size() < 2 || target < 0 || target >= columns.size()) {
            throw new IllegalArgumentException("schema: expected two columns or more with the target among them, got "
                    + columns.size() + " and target " + target);
        }
        if (new HashSet<>(columns.stream().map(TableColumn::name).toList()).size() < columns.size()) {
            throw new IllegalArgumentException("schema: expected columns of different names");
        }
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
                            + e.getOriginalMessage(),
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
        return !targetColumn().isNumeric();
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

    /** The names of the inputs: a column's, with {@code =category} behind it where there are some. */
    public List<String> inputNames() {
        List<String> names = new ArrayList<>();
        for (TableColumn column : columns) {
            if (column.equals(targetColumn())) {
                continue;
            }
            if (column.isNumeric()) {
                names.add(column.name());
            }
            column.categories().forEach(category -> names.add(column.name() + "=" + category));
        }
        return names;
    }
}
