package schuss.cli.options;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import schuss.internal.AtomicFile;

/** The settings of a run as JSON, by the names of the options: {@code {"epochs": 3, "hidden": [500, 500]}}. */
final class RunConfiguration {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private RunConfiguration() {}

    /**
     * Reads a file: each value as it would stand on the command line, a list with commas between.
     *
     * @throws BadInput naming file and place
     */
    static Map<String, String> read(Path file) {
        try (JsonParser json = JSON.createParser(file.toFile())) {
            Map<String, String> values = new TreeMap<>();
            expect(file, json, json.nextToken(), JsonToken.START_OBJECT, "an object, like {\"epochs\": 3}");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                values.put(name, value(file, json, name));
            }
            expect(file, json, json.nextToken(), null, "nothing behind the object");
            return values;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation(); // null for a number that is too long
            throw new BadInput(file + (at == null ? "" : ": line " + at.getLineNr()) + ": expected JSON, got this: "
                    + e.getOriginalMessage().replaceAll("\\s*\\R?\\s*at \\[Source.*?\\]", ""));
        } catch (NoSuchFileException | java.io.FileNotFoundException e) {
            throw new BadInput(file + ": expected a file with settings, got none that can be read");
        } catch (IOException e) {
            throw new BadInput(file + ": expected a file with settings, got " + e.getMessage());
        }
    }

    private static String value(Path file, JsonParser json, String name) throws IOException {
        if (json.currentToken() == JsonToken.START_ARRAY) {
            List<String> all = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                all.add(scalar(file, json, name));
            }
            return String.join(",", all);
        }
        return scalar(file, json, name);
    }

    private static String scalar(Path file, JsonParser json, String name) throws IOException {
        if (!json.currentToken().isScalarValue() || json.currentToken() == JsonToken.VALUE_NULL) {
            throw new BadInput(
                    at(file, json) + "\"" + name + "\": expected a text, a number, true, false or a list, got "
                            + json.currentToken().asString());
        }
        return json.getText();
    }

    private static void expect(Path file, JsonParser json, JsonToken token, JsonToken expected, String what) {
        if (token != expected) {
            throw new BadInput(at(file, json) + "expected " + what + ", got " + token);
        }
    }

    private static String at(Path file, JsonParser json) {
        return file + ": line " + json.currentTokenLocation().getLineNr() + ": ";
    }

    /**
     * Writes a file, sorted by name. No user names this file, so what lies there must not lead elsewhere: a symbolic link is
     * replaced.
     */
    static void write(Path file, Map<String, Object> values) throws IOException {
        StringWriter text = new StringWriter();
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter().withObjectIndenter(lines));
            json.writeStartObject();
            for (Map.Entry<String, Object> value : new TreeMap<>(values).entrySet()) {
                json.writeFieldName(value.getKey());
                json.writePOJO(value.getValue());
            }
            json.writeEndObject();
        }
        AtomicFile.deleteLink(file);
        AtomicFile.write(file, StandardCharsets.UTF_8.encode(text.append("\n").toString()));
    }
}
