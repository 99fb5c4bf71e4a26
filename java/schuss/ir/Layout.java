package schuss.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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
    private final long front;
    private final long size;

    private Layout(Map<String, Entry> entries, long front, long size) {
        this.entries.putAll(entries);
        this.front = front;
        this.size = size;
    }

    /** Tensors one behind the other, in the map's order; with none there is still room for some padding. */
    public static Layout of(Map<String, Shape> shapes) {
        return of(shapes, Set.of());
    }

    /**
     * Likewise, and some tensors behind all others, where {@link #front} ends.
     *
     * @param behind the names of these
     */
    public static Layout of(Map<String, Shape> shapes, Set<String> behind) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        shapes.keySet().forEach(name -> entries.put(name, null)); // in this order, wherever they lie
        long front = place(shapes, entries, 0, name -> !behind.contains(name));
        front = Math.max(front, ALIGNMENT);
        return new Layout(entries, front, place(shapes, entries, front, behind::contains));
    }

    private static long place(
            Map<String, Shape> shapes, Map<String, Entry> entries, long from, Predicate<String> wanted) {
        long end = from;
        for (Map.Entry<String, Shape> named : shapes.entrySet()) {
            if (wanted.test(named.getKey())) {
                entries.put(named.getKey(), new Entry(named.getKey(), named.getValue(), end));
                end += padded(named.getValue().size());
            }
        }
        return end;
    }

    /** The next multiple of {@link #ALIGNMENT}. */
    public static long padded(long elements) {
        return (elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** A single tensor that needs no name, without padding. */
    public static Layout single(Shape shape) {
        return new Layout(Map.of("", new Entry("", shape, 0)), shape.size(), shape.size());
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

    /** Elements before those tensors that lie behind all others, padding included: all of them where there are none. */
    public long front() {
        return front;
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
