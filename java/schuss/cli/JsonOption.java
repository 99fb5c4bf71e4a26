package schuss.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import schuss.cli.options.BadInput;

/** The option that prints the result as JSON instead of as a sentence. */
public final class JsonOption {
    @Option(
            names = "--json",
            description =
                    "Print the result as one line of JSON, an object: data, model, epochs if it was trained, folds if"
                            + " there were some, seconds; set, test or validation, with accuracy and errors, or rmse and r2, and"
                            + " examples. What does not exist, such as the r2 of equal numbers, is null.")
    private boolean wanted;

    private final long began = System.nanoTime();

    /** Refuses, before anything is read, where it cannot be done. */
    public void check() {
        try {
            if (wanted) {
                line(Map.of());
            }
        } catch (NoClassDefFoundError e) {
            throw new BadInput("--json: expected Jackson, com.fasterxml.jackson.core:jackson-core, got none");
        }
    }

    /**
     * The result line.
     *
     * @param what the kind of data, test or validation
     * @param otherwise the line where no JSON is wanted
     * @param run what was done, by name
     */
    public String result(String what, Scores scores, String otherwise, Map<String, Object> run) {
        if (!wanted) {
            return otherwise;
        }
        Map<String, Object> all = new LinkedHashMap<>(run);
        all.put("seconds", Math.round((System.nanoTime() - began) / 1e6) / 1e3);
        all.put("set", what);
        all.putAll(scores.figures());
        return line(all);
    }

    private static String line(Map<String, Object> values) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, Object> value : values.entrySet()) {
                boolean exists = !(value.getValue() instanceof Double number) || Double.isFinite(number);
                json.writeFieldName(value.getKey());
                json.writePOJO(exists ? value.getValue() : null);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter throws none
        }
        return text.toString();
    }
}
