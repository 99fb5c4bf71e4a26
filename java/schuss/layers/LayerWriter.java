package schuss.layers;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.Shape;
import schuss.initializers.Initializer;

/** Converts layers to maps and lists for {@link LayerText}: a record becomes a map of its components. */
final class LayerWriter {
    private static final Object UNTOLD = new Object(); // for what text cannot say

    private final Map<Layer, Integer> uses = new IdentityHashMap<>();
    private final Map<Layer, Integer> ids = new IdentityHashMap<>();

    LayerWriter(Layer layer) {
        count(layer);
    }

    private void count(Object value) {
        if (value instanceof Layer layer && uses.merge(layer, 1, Integer::sum) > 1) {
            return;
        }
        if (value instanceof List<?> list) {
            list.forEach(this::count);
        } else if (value instanceof Layer && value.getClass().isRecord()) {
            components(value).values().forEach(this::count);
        }
    }

    Map<String, Object> layer(Layer layer) {
        Integer known = ids.get(layer);
        if (known != null) {
            return Map.of(LayerText.SAME, known);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        Map<String, Object> components = new LinkedHashMap<>();
        if (uses.get(layer) > 1) {
            ids.put(layer, ids.size());
            json.put(LayerText.ID, ids.get(layer));
        }
        // what was fitted is in the layer's states
        boolean told = layer.getClass().isRecord() && (layer instanceof Rescale || write(layer, components));
        json.put(LayerText.TYPE, told ? LayerText.typeName(layer.getClass()) : LayerText.OWN);
        if (told) {
            json.putAll(layer instanceof Rescale ? Map.of() : components);
        } else {
            json.put(
                    LayerText.NAME,
                    layer.getClass().isSynthetic()
                            ? layer.name()
                            : layer.getClass().getName());
        }
        return json;
    }

    /** Returns false where a component is nothing that text can say. */
    private boolean write(Object record, Map<String, Object> json) {
        for (Map.Entry<String, Object> component : components(record).entrySet()) {
            Object value = value(component.getValue());
            if (value == UNTOLD) {
                return false;
            }
            json.put(component.getKey(), value);
        }
        return true;
    }

    private Object value(Object value) {
        if (value == null || value instanceof Boolean || value instanceof String) {
            return value;
        }
        if (value instanceof Number number) {
            return Double.isFinite(number.doubleValue()) ? number : UNTOLD;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Shape shape) {
            return Arrays.stream(shape.dimensions()).boxed().toList();
        }
        if (value instanceof Layer layer) {
            return layer(layer);
        }
        if (value instanceof Initializer initializer) {
            return initializer(initializer);
        }
        if (value instanceof List<?> list) {
            List<Object> values = list.stream().map(this::value).toList();
            return values.contains(UNTOLD) ? UNTOLD : values;
        }
        Map<String, Object> components = new LinkedHashMap<>();
        return value.getClass().isRecord() && write(value, components) ? components : UNTOLD;
    }

    private Map<String, Object> initializer(Initializer initializer) {
        Map<String, Object> json = new LinkedHashMap<>();
        boolean known = initializer.getClass().getName().startsWith(LayerText.INITIALIZERS)
                && initializer.getClass().isRecord()
                && write(initializer, json);
        return known
                ? with(LayerText.INITIALIZER, initializer.getClass().getSimpleName(), json)
                : Map.of(LayerText.INITIALIZER, LayerText.OWN);
    }

    private static Map<String, Object> with(String name, Object value, Map<String, Object> rest) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put(name, value);
        all.putAll(rest);
        return all;
    }

    private static Map<String, Object> components(Object record) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                values.put(component.getName(), component.getAccessor().invoke(record));
            } catch (ReflectiveOperationException | RuntimeException e) {
                throw new IllegalArgumentException(
                        "layer " + record.getClass().getName() + ": expected a record whose components can be read", e);
            }
        }
        return values;
    }
}
