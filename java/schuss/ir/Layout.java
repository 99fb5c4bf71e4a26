package schuss.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import schuss.Shape;

/**
 * Where named tensors lie in one contiguous piece of memory. Each starts on a multiple of {@link #ALIGNMENT} elements, 256
 * bytes in single precision; the padding between them stays zero. Slots that share a layout, such as parameters and their
 * gradients, have the same tensor at the same offset.
 */
public final class Layout {
    /** Every entry starts on a multiple of so many elements. */
    public static final int ALIGNMENT = 64;

    /** One tensor and the index of its first element. */
    public record Entry(String name, Shape shape, long offset) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final long size;

    private Layout(Map<String, Shape> shapes, boolean padded) {
        long end = 0;
        for (Map.Entry<String, Shape> named : shapes.entrySet()) {
            entries.put(named.getKey(), new Entry(named.getKey(), named.getValue(), end));
            end += named.getValue().size();
            end = padded ? (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : end;
        }
        size = padded ? Math.max(end, ALIGNMENT) : end;
    }

    /** Tensors one behind the other, in the map's order; with none there is still room for some padding. */
    public static Layout of(Map<String, Shape> shapes) {
        return new Layout(shapes, true);
    }

    /** A single tensor that needs no name, without padding. */
    public static Layout single(Shape shape) {
        return new Layout(Map.of("", shape), false);
    }

    /** The tensors by name, in order. */
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /**
     * The entry of a name.
     *
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "parameter: expected one of " + entries.keySet() + ", got \"" + name + "\"");
        }
        return entry;
    }

    /** Elements of the whole piece, padding included. */
    public long size() {
        return size;
    }

    /** Elements of all tensors, padding left out. */
    public long elements() {
        return entries.values().stream().mapToLong(e -> e.shape().size()).sum();
    }

    /** The shape of the whole piece as one vector. */
    public Shape flat() {
        return Shape.of(Math.toIntExact(size));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Layout layout && entries.equals(layout.entries) && size == layout.size;
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    /** Names with shapes. */
    @Override
    public String toString() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
        return shapes.toString();
    }
}
