package schuss.layers;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import schuss.FormatException;
import schuss.Shape;
import schuss.initializers.Initializer;

/**
 * Builds layers from parsed JSON (maps and lists), for {@link LayerText}. Only records of this library and the records
 * named by the caller are ever created, so a file cannot make the program load other classes.
 */
final class LayerReader {
    private final String what;
    private final Map<String, Class<?>> own = new HashMap<>();
    private final Map<Object, Layer> shared = new HashMap<>();

    LayerReader(String what, Collection<Class<? extends Layer>> own) {
        this.what = what;
        own.forEach(type -> this.own.put(type.getName(), type));
    }

    private FormatException wrong(String place, String expected, Object got) {
        return new FormatException(what + ": " + place + ": expected " + expected + ", got " + got);
    }

    Layer layer(Object json, String place) {
        if (!(json instanceof Map<?, ?> map)) {
            throw wrong(place, "a layer", json);
        }
        if (map.containsKey(LayerText.SAME)) {
            Layer same = shared.get(map.get(LayerText.SAME));
            if (same == null) {
                throw wrong(place, "a layer that was there before", map.get(LayerText.SAME));
            }
            return same;
        }
        Class<?> type = type(map, place);
        Layer layer = type == Rescale.class ? new Rescale() : (Layer) record(type, map, place);
        if (map.containsKey(LayerText.ID)) {
            shared.put(map.get(LayerText.ID), layer);
        }
        return layer;
    }

    private Class<?> type(Map<?, ?> map, String place) {
        Object name = map.get(LayerText.TYPE);
        if (LayerText.OWN.equals(name)) {
            throw wrong(
                    place,
                    "layers that a file can tell",
                    map.get(LayerText.NAME) + ", which is no record; load it with the network it was made of");
        }
        if (own.containsKey(name)) {
            return own.get(name);
        }
        if (name instanceof String text && text.matches("(zoo\\.)?[A-Za-z0-9]{1,50}")) {
            Class<?> type = find(text.startsWith("zoo.") ? LayerText.ZOO + text.substring(4) : LayerText.LAYERS + text);
            if (type != null && type.isRecord() && Layer.class.isAssignableFrom(type)) {
                return type;
            }
        }
        throw wrong(place, "a known layer; a record of your own is to be named when loading", name);
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(name, false, LayerText.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) { // a name in other cases may be a file elsewhere
            return null;
        }
    }

    private Object record(Class<?> type, Map<?, ?> map, String place) {
        if (!type.isRecord()) {
            throw wrong(place, "a record", type.getName());
        }
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            String name = components[i].getName();
            if (!map.containsKey(name)) {
                throw wrong(place, name, map.keySet());
            }
            values[i] = value(components[i].getGenericType(), map.get(name), place + "." + name);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw wrong(
                    place,
                    "settings of a " + LayerText.typeName(type),
                    e.getCause().getMessage());
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw wrong(place, "a record that can be made", LayerText.typeName(type) + ": " + e.getMessage());
        }
    }

    private Object value(Type type, Object json, String place) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            List<Object> values = new ArrayList<>();
            for (Object element : cast(List.class, json, place)) {
                values.add(value(list.getActualTypeArguments()[0], element, place + "." + values.size()));
            }
            return values;
        }
        if (!(type instanceof Class<?> plain)) {
            throw wrong(place, "a type that a file can tell", type);
        }
        if (plain.isPrimitive() || Number.class.isAssignableFrom(plain) || plain == Boolean.class) {
            return scalar(plain, json, place);
        }
        if (json == null) {
            return null;
        }
        if (plain == String.class) {
            return cast(String.class, json, place);
        }
        if (plain.isEnum()) {
            return Arrays.stream(plain.getEnumConstants())
                    .filter(constant -> ((Enum<?>) constant).name().equals(json))
                    .findFirst()
                    .orElseThrow(() -> wrong(place, Arrays.toString(plain.getEnumConstants()), json));
        }
        if (plain == Shape.class) {
            return shape(cast(List.class, json, place), place);
        }
        if (Layer.class.isAssignableFrom(plain)) {
            Layer layer = layer(json, place);
            return cast(plain, layer, place);
        }
        return Initializer.class == plain
                ? initializer(cast(Map.class, json, place), place)
                : record(plain, cast(Map.class, json, place), place);
    }

    private Object scalar(Class<?> type, Object json, String place) {
        if (type == boolean.class || type == Boolean.class) {
            return cast(Boolean.class, json, place);
        }
        double number = cast(Double.class, json, place);
        if (type == double.class || type == Double.class) {
            return number;
        }
        if (type == float.class || type == Float.class) {
            return (float) number;
        }
        if (type == long.class || type == Long.class) {
            if (number == (long) number) {
                return (long) number;
            }
        } else if (number == (int) number) {
            return (int) number;
        }
        throw wrong(place, "a whole number", json);
    }

    private Shape shape(List<?> json, String place) {
        try {
            return Shape.of(json.stream()
                    .mapToInt(extent -> (Integer) scalar(int.class, extent, place))
                    .toArray());
        } catch (IllegalArgumentException e) {
            throw wrong(place, "a shape", e.getMessage());
        }
    }

    private Initializer initializer(Map<?, ?> json, String place) {
        if (LayerText.OWN.equals(json.get(LayerText.INITIALIZER))) {
            return (shape, random, values) -> {
                throw new IllegalStateException(
                        "Initializer: expected one that its file can tell, got one of the user's own at " + place);
            };
        }
        Class<?> type = json.get(LayerText.INITIALIZER) instanceof String name && name.matches("[A-Za-z0-9]{1,50}")
                ? find(LayerText.INITIALIZERS + name)
                : null;
        if (type == null || !type.isRecord() || !Initializer.class.isAssignableFrom(type)) {
            throw wrong(place, "an initializer", json.get(LayerText.INITIALIZER));
        }
        return (Initializer) record(type, json, place);
    }

    private <T> T cast(Class<T> type, Object value, String place) {
        if (!type.isInstance(value)) {
            throw wrong(place, "a " + type.getSimpleName(), value);
        }
        return type.cast(value);
    }
}
