package schuss.program;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.Shape;
import schuss.layers.Parameter;
import schuss.optim.OptimizerStep;

/**
 * Where each parameter lies in the one contiguous piece of memory for all of them. Gradients and optimiser state use the
 * same offsets. Entries start on multiples of 64 elements, 256 bytes in single precision; the padding stays zero.
 */
public final class Layout {
    /** One parameter and the index of its first element. */
    public record Entry(Parameter parameter, long offset) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final long size;

    Layout(List<Parameter> parameters) {
        long end = 0;
        for (Parameter parameter : parameters) {
            entries.put(parameter.path(), new Entry(parameter, end));
            long whole = (parameter.shape().size() + OptimizerStep.GROUP_ELEMENTS - 1) / OptimizerStep.GROUP_ELEMENTS;
            end += whole * OptimizerStep.GROUP_ELEMENTS;
        }
        size = Math.max(end, OptimizerStep.GROUP_ELEMENTS);
    }

    /** The parameters by path, in the order in which layers asked for them. */
    public Map<String, Entry> entries() {
        return java.util.Collections.unmodifiableMap(entries);
    }

    /**
     * The entry of a path.
     *
     * @throws IllegalArgumentException if there is none; the message lists those there are
     */
    public Entry entry(String path) {
        Entry entry = entries.get(path);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "parameter: expected one of " + entries.keySet() + ", got \"" + path + "\"");
        }
        return entry;
    }

    /**
     * Fails where another trace of the same network asked for other parameters.
     *
     * @throws IllegalArgumentException naming both
     */
    public void expectSame(Layout other) {
        if (!shapes().equals(other.shapes())) {
            throw new IllegalArgumentException("network: expected the parameters that it had when the model was made, "
                    + shapes() + ", got " + other.shapes());
        }
    }

    private Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        entries.forEach((path, entry) -> shapes.put(path, entry.parameter().shape()));
        return shapes;
    }

    /** Elements of the whole piece, padding included. */
    public long size() {
        return size;
    }

    /** Elements of all parameters, padding left out. */
    public long parameterCount() {
        return entries.values().stream()
                .mapToLong(e -> e.parameter().shape().size())
                .sum();
    }

    /** The shape of the whole piece. */
    Shape shape() {
        return Shape.of(Math.toIntExact(size));
    }
}
