package schuss;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import schuss.backend.Backend;
import schuss.backend.Memory;
import schuss.backend.OutOfMemoryException;
import schuss.backend.runtime.Weights;
import schuss.io.Safetensors;
import schuss.ir.Layout;
import schuss.layers.Parameter;
import schuss.optim.Group;
import schuss.trace.Declarations;

/**
 * All numbers of a model by name, parameters first, then states, each in the order in which layers asked for them. They
 * are read while their resource is in use and replaced while nobody reads, and so are one whole at any time.
 */
final class NamedWeights {
    private static final System.Logger LOG = System.getLogger("schuss");

    private final Resource resource;
    private final Declarations declarations;
    private final Weights weights;
    private final Map<String, Numbers> byPath = new LinkedHashMap<>();
    private long version;

    NamedWeights(Resource resource, Backend backend, Declarations declarations) {
        this.resource = resource;
        this.declarations = declarations;
        this.weights = resource.make(() -> new Weights(backend, declarations));
        add(weights.parameters(), declarations.layout());
        add(weights.states(), declarations.stateLayout());
    }

    private void add(Memory memory, Layout layout) {
        layout.entries().forEach((path, entry) -> byPath.put(path, new Numbers(memory, entry)));
    }

    /** One named piece of memory: a parameter or a state. */
    private record Numbers(Memory memory, Layout.Entry entry) {
        Shape shape() {
            return entry.shape();
        }

        int count() {
            return Math.toIntExact(shape().size());
        }

        float[] read() {
            float[] values = room(shape());
            memory.read(entry.offset(), values, 0, values.length);
            return values;
        }

        void write(float[] values) {
            memory.write(entry.offset(), values, 0, values.length);
        }
    }

    /** Draws all of them. */
    void initialize(long seed) {
        int stream = 0;
        for (Map.Entry<String, Numbers> named : byPath.entrySet()) {
            Numbers numbers = named.getValue();
            float[] values = room(numbers.shape());
            Parameter parameter = declarations.get(named.getKey());
            parameter.initializer().initialize(parameter.shape(), new Philox(seed, stream++), values);
            resource.use(() -> numbers.write(values));
        }
    }

    private static float[] room(Shape shape) {
        long bytes = shape.size() * Float.BYTES;
        if (shape.size() > Integer.MAX_VALUE - 8) {
            throw OutOfMemoryException.ofJava(bytes);
        }
        try {
            return new float[(int) shape.size()];
        } catch (OutOfMemoryError e) {
            throw OutOfMemoryException.ofJava(bytes);
        }
    }

    /**
     * Fails where a file holds other numbers than a network has.
     *
     * @throws FormatException naming both
     */
    static void check(Path path, Safetensors file, Declarations declarations) {
        Map<String, Shape> expected = new LinkedHashMap<>();
        for (Layout layout : List.of(declarations.layout(), declarations.stateLayout())) {
            layout.entries().forEach((name, entry) -> expected.put(name, entry.shape()));
        }
        if (!expected.keySet().equals(Set.copyOf(file.names()))) {
            throw new FormatException(path + ": expected parameters " + expected.keySet() + ", got " + file.names());
        }
        expected.forEach((name, shape) -> {
            Spec found = file.spec(name);
            if (found.dtype() != DType.F32 || !found.shape().equals(shape)) {
                throw new FormatException(
                        path + ": expected " + name + " as F32" + shape + ", got " + found.dtype() + found.shape());
            }
        });
    }

    /** Takes all of them from a file that {@link #check} has passed. */
    void load(Path path, Safetensors file) throws IOException {
        for (Map.Entry<String, Numbers> named : byPath.entrySet()) {
            Numbers numbers = named.getValue();
            boolean[] told = new boolean[1];
            file.entry(named.getKey()).forEach((index, elements) -> {
                told[0] = told[0] || warnOfNotFinite(path, named.getKey(), index, elements.asFloatBuffer());
                resource.use(
                        () -> numbers.memory().write(DType.F32, numbers.entry().offset() + index, elements));
            });
        }
    }

    /** Such a file is taken as it is: a model may be loaded to be looked at. */
    private static boolean warnOfNotFinite(Path path, String name, long index, FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        path + ": \"" + name + "\", number " + (index + i) + ": expected a finite number, got "
                                + values.get(i) + ": what the model predicts may be none");
                return true;
            }
        }
        return false;
    }

    /** Writes all of one version to a file; whoever replaces them waits until it is done. */
    void save(Path path, Map<String, String> text) throws IOException {
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        byPath.forEach((name, numbers) -> entries.put(
                name,
                Safetensors.Entry.of(
                        DType.F32,
                        numbers.shape(),
                        (index, into) ->
                                numbers.memory().read(DType.F32, numbers.entry().offset() + index, into))));
        long stamp = resource.enter();
        try {
            Safetensors.write(path, entries, text);
        } finally {
            resource.leave(stamp);
        }
    }

    /** A copy of one parameter or state. */
    float[] get(String path) {
        Numbers numbers = numbers(path);
        float[][] values = new float[1][];
        resource.use(() -> values[0] = numbers.read());
        return values[0];
    }

    /** Replaces one parameter or state. */
    void set(String path, float[] values) {
        Numbers numbers = numbers(path);
        if (values.length != numbers.count()) {
            throw new IllegalArgumentException(
                    "parameter \"" + path + "\": expected " + numbers.count() + " numbers, got " + values.length);
        }
        change(() -> numbers.write(values));
    }

    /**
     * Takes numbers over from another model, those of equal path and shape.
     *
     * @return the paths of what was taken over
     */
    List<String> take(NamedWeights other, Group wanted) {
        Map<String, Numbers> common = new LinkedHashMap<>();
        byPath.forEach((path, numbers) -> {
            Numbers theirs = other.byPath.get(path);
            if (wanted.matches(path) && theirs != null && theirs.shape().equals(numbers.shape())) {
                common.put(path, theirs);
            }
        });
        if (common.isEmpty()) {
            throw new IllegalArgumentException(
                    "copyWeights: expected a pattern of some parameters that both models" + " have in one shape, got \""
                            + wanted.pattern() + "\" for " + shapes() + " from " + other.shapes());
        }
        Map<String, float[]> values = new LinkedHashMap<>();
        other.resource.use(() -> common.forEach((path, numbers) -> values.put(path, numbers.read())));
        change(() -> values.forEach((path, numbers) -> byPath.get(path).write(numbers)));
        return List.copyOf(common.keySet());
    }

    private Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        byPath.forEach((path, numbers) -> shapes.put(path, numbers.shape()));
        return shapes;
    }

    private Numbers numbers(String path) {
        Numbers numbers = byPath.get(path);
        if (numbers == null) {
            throw new IllegalArgumentException(
                    "parameter: expected one of " + byPath.keySet() + ", got \"" + path + "\"");
        }
        return numbers;
    }

    void copyTo(Weights target) {
        resource.use(() -> target.copyFrom(weights));
    }

    /** Lets somebody replace them, once those who read are done. */
    void change(Consumer<Weights> replacement) {
        change(() -> replacement.accept(weights));
    }

    private void change(Runnable action) {
        resource.change(() -> {
            version++;
            action.run();
        });
    }

    /** How often they have changed; for those who use the resource just now. */
    long version() {
        return version;
    }

    /** Where they lie; for programs that run while they use the resource. */
    Weights memory() {
        return weights;
    }

    /** What the network's layers asked for. */
    Declarations declarations() {
        return declarations;
    }
}
