package schuss.ir;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import schuss.Shape;

/**
 * The positions of named tensors in one contiguous piece of memory. Each tensor starts at a multiple of {@link
 * #ALIGNMENT} elements (256 bytes in single precision); the padding between tensors stays zero. Slots that share a
 * layout, such as parameters and their gradients, hold the same tensor at the same offset.
 */
public final class Layout {
    /** Every tensor starts at a multiple of this many elements. */
    public static final int ALIGNMENT = 64;

    /**
     * The position of one tensor.
     *
     * @param name of the tensor
     * @param shape its extents
     * @param offset the index of its first element
     */
    public record Entry(String name, Shape shape, long offset) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final long front;
    private final long size;

    private Layout(Map<String, Entry> entries, long front, long size) {
        this.entries.putAll(entries);
        this.front = front;
        this.size = size;
    }

    /**
     * Lays out tensors one after the other. A layout without tensors still has one block of padding.
     *
     * @param shapes the extents of each tensor by name, in the order of the layout
     * @return the layout
     */
    public static Layout of(Map<String, Shape> shapes) {
        return of(shapes, Set.of());
    }

    /**
     * Lays out tensors one after the other, with some of them after all others; {@link #front} is where these begin.
     *
     * @param shapes the extents of each tensor by name, in the order of the layout
     * @param behind the names of the tensors that come last
     * @return the layout
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

    /**
     * Rounds a number of elements up to the next multiple of {@link #ALIGNMENT}.
     *
     * @param elements the number to round
     * @return the next multiple
     */
    public static long padded(long elements) {
        return (elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /**
     * {@return the layout of a single unnamed tensor, without padding}
     *
     * @param shape the extents of the tensor
     */
    public static Layout single(Shape shape) {
        return new Layout(Map.of("", new Entry("", shape, 0)), shape.size(), shape.size());
    }

    /** {@return the tensors by name, in order} */
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /**
     * {@return the position of one tensor}
     *
     * @param name of the tensor
     * @throws IllegalArgumentException if there is no such tensor; the message lists those there are
     */
    public Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "parameter: expected one of " + entries.keySet() + ", got \"" + name + "\"");
        }
        return entry;
    }

    /**
     * {@return the number of elements, padding included, before the tensors that come last; all elements if there are
     * none of these}
     */
    public long front() {
        return front;
    }

    /** {@return the number of elements of the whole piece of memory, padding included} */
    public long size() {
        return size;
    }

    /** {@return the number of elements of all tensors, without padding} */
    public long elements() {
        return entries.values().stream().mapToLong(e -> e.shape().size()).sum();
    }

    /** {@return the shape of the whole piece of memory as one vector} */
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

    /** The names with the shapes. */
    @Override
    public String toString() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
        return shapes.toString();
    }
}
