package schuss.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.FormatException;

/**
 * JSON text as maps, lists, strings, doubles, booleans and null. It needs no library, since model files are read where
 * none is available.
 *
 * <pre>{@code
 * String text = Json.write(Map.of("units", 32));          // {"units":32}
 * Object value = Json.read("model.safetensors", text);    // {units=32.0}
 * }</pre>
 */
public final class Json {
    private static final int MOST_LEVELS = 200;

    private final JsonReader reader;

    private Json(JsonReader reader) {
        this.reader = reader;
    }

    /**
     * {@return the value that a text says}
     *
     * @param what messages call the text
     * @throws FormatException if it is no JSON, has a name twice in an object, or more than 200 levels
     */
    public static Object read(String what, String text) {
        JsonReader reader = new JsonReader(what, text);
        Object value = new Json(reader).value(0);
        reader.expectEnd();
        return value;
    }

    private Object value(int level) {
        if (level > MOST_LEVELS) {
            throw reader.wrong("at most " + MOST_LEVELS + " levels");
        }
        if (reader.accept('{')) {
            return object(level);
        }
        if (reader.accept('[')) {
            List<Object> list = new ArrayList<>();
            for (boolean more = !reader.accept(']'); more; more = !reader.accept(']')) {
                if (!list.isEmpty()) {
                    reader.expect(',');
                }
                list.add(value(level + 1));
            }
            return list;
        }
        return reader.scalar();
    }

    private Map<String, Object> object(int level) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (boolean more = !reader.accept('}'); more; more = !reader.accept('}')) {
            if (!object.isEmpty()) {
                reader.expect(',');
            }
            String name = reader.string();
            reader.expect(':');
            Object value = value(level + 1);
            if (object.containsKey(name)) {
                throw reader.wrong("names that differ, not \"" + name + "\" twice,");
            }
            object.put(name, value);
        }
        return object;
    }

    /** {@return the text of maps, lists, strings, finite numbers, booleans and nulls} */
    public static String write(Object value) {
        StringBuilder text = new StringBuilder();
        write(value, text);
        return text.toString();
    }

    private static void write(Object value, StringBuilder text) {
        if (value instanceof Map<?, ?> map) {
            text.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                text.append(separator);
                quote(entry.getKey().toString(), text).append(':');
                write(entry.getValue(), text);
                separator = ",";
            }
            text.append('}');
        } else if (value instanceof List<?> list) {
            text.append('[');
            for (int i = 0; i < list.size(); i++) {
                text.append(i == 0 ? "" : ",");
                write(list.get(i), text);
            }
            text.append(']');
        } else if (value instanceof String string) {
            quote(string, text);
        } else if (value == null || value instanceof Boolean || isFinite(value)) {
            text.append(value);
        } else {
            throw new IllegalArgumentException(
                    "JSON: expected maps, lists, strings, finite numbers, booleans or null, got " + value);
        }
    }

    private static boolean isFinite(Object value) {
        return value instanceof Number number && Double.isFinite(number.doubleValue());
    }

    public static StringBuilder quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"');
    }
}
