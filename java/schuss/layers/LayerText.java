package schuss.layers;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import schuss.FormatException;
import schuss.internal.Json;

/**
 * Converts layers to JSON text and back: {@code {"type":"Dense","units":32,...}}. Model files contain this text, so that
 * a model can be loaded without the code that built it.
 *
 * <p>A layer that is a record is written with its components. A layer object that is used in two places, and so shares
 * its weights, is written once and referred to in the second place. Any other layer, such as a lambda, is written with
 * its name only and cannot be read back.
 *
 * <pre>{@code
 * String text = LayerText.write(Sequential.of(new Dense(32), new Relu(), new Dense(3)));
 * Layer again = LayerText.read("model.safetensors", text, List.of());
 * }</pre>
 */
public final class LayerText {
    static final String TYPE = "type";
    static final String INITIALIZER = "initializer";
    static final String OWN = "own"; // a type that cannot be read
    static final String NAME = "name";
    static final String ID = "id";
    static final String SAME = "same";
    static final String LAYERS = "schuss.layers.";
    static final String ZOO = "schuss.zoo.";
    static final String INITIALIZERS = "schuss.initializers.";

    private LayerText() {}

    /**
     * {@return the JSON text of a layer and all layers inside it}
     *
     * @param layer the layer to write
     * @throws IllegalArgumentException if a record's components cannot be read by reflection
     */
    public static String write(Layer layer) {
        return Json.write(new LayerWriter(layer).layer(layer));
    }

    /**
     * Builds the layer that {@link #write} wrote.
     *
     * @param what the name of the text in error messages, such as the file's name
     * @param text the JSON text
     * @param own the user's own layer records that occur in the text; those of this library are known
     * @return the layer
     * @throws FormatException if the text is damaged or contains an unknown layer
     */
    public static Layer read(String what, String text, Collection<Class<? extends Layer>> own) {
        return new LayerReader(what, own).layer(Json.read(what, text), "network");
    }

    /**
     * Compares two networks. The initializers of weights are ignored, and so are layers that are written with their name
     * only.
     *
     * @param what the name of the texts in error messages
     * @param one the JSON text of one network
     * @param other the JSON text of the other
     * @return the first difference, such as {@code layers.1.type: Relu and Tanh}, or null if there is none
     */
    public static String difference(String what, String one, String other) {
        return difference("", Json.read(what, one), Json.read(what, other));
    }

    private static String difference(String path, Object one, Object other) {
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            if (a.containsKey(INITIALIZER) || OWN.equals(a.get(TYPE)) || OWN.equals(b.get(TYPE))) {
                return null;
            }
            for (Object name : a.keySet()) {
                String found = difference(path.isEmpty() ? "" + name : path + "." + name, a.get(name), b.get(name));
                if (found != null) {
                    return found;
                }
            }
            return a.keySet().containsAll(b.keySet()) ? null : path + ": " + a.keySet() + " and " + b.keySet();
        }
        if (one instanceof List<?> a && other instanceof List<?> b && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                String found = difference(path + "." + i, a.get(i), b.get(i));
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
        return Objects.equals(one, other) ? null : path + ": " + shown(one) + " and " + shown(other);
    }

    private static String shown(Object value) {
        return value instanceof List<?> list ? list.size() + " of them" : value instanceof Map ? "another" : "" + value;
    }

    static String typeName(Class<?> type) {
        String name = type.getName();
        return name.startsWith(LAYERS)
                ? name.substring(LAYERS.length())
                : name.startsWith(ZOO) ? "zoo." + name.substring(ZOO.length()) : name;
    }
}
