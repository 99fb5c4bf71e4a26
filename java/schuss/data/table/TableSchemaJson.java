package schuss.data.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import schuss.FormatException;

/** A schema as JSON. It is the only class here that knows Jackson: tables are read without it. */
final class TableSchemaJson {
    private TableSchemaJson() {}

    static TableSchema read(String json) {
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
        }
        throw new FormatException("table schema: expected JSON as a saved model has it, got null");
    }

    static String write(TableSchema schema) {
        try {
            return mapper().writeValueAsString(schema);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a schema holds only what JSON can say", e);
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
}
