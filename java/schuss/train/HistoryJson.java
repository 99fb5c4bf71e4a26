package schuss.train;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** Writes a history as JSON; the only class here that knows Jackson. */
final class HistoryJson {
    /** Without the buffers that Jackson keeps for each thread, which would outlive a class loader. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
            .build();

    private HistoryJson() {}

    static String of(History history) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeArrayFieldStart("epochs");
            for (Epoch epoch : history.epochs()) {
                json.writeStartObject();
                json.writeNumberField("epoch", epoch.number());
                for (Map.Entry<String, Double> value : epoch.values().entrySet()) {
                    number(json, value.getKey(), value.getValue());
                }
                number(json, "learning rate", epoch.learningRate());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("losses");
            for (History.LossPoint point : history.losses()) {
                json.writeStartObject();
                json.writeNumberField("batches", point.batches());
                number(json, "loss", point.loss());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("warnings");
            for (String warning : history.warnings()) {
                json.writeString(warning);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter throws none
        }
        return text + "\n";
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name); // JSON has no name for it
        }
    }
}
