package schuss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import schuss.backend.Memory;
import schuss.backend.Weights;
import schuss.io.FormatException;
import schuss.io.Safetensors;
import schuss.layers.Layer;
import schuss.layers.Parameter;
import schuss.losses.Prediction;
import schuss.program.Abilities;
import schuss.program.Layout;
import schuss.program.Passes;
import schuss.program.Program;
import schuss.program.Request;
import schuss.program.Trace;
import schuss.program.Variable;
import schuss.report.ModelSummary;

/**
 * A network with its parameters on a device. It may be used from any thread; while a trainer works on it, predictions see
 * the weights that were last published, at the end of an epoch.
 *
 * <pre>{@code
 * try (Device device = Device.best();
 *      Model model = Model.create(Sequential.of(new Dense(32), new Relu(), new Dense(3)), Shape.of(4), device, 42)) {
 *     float[] scores = model.predict(new float[] {5.1f, 3.5f, 1.4f, 0.2f});
 * }
 * }</pre>
 */
public final class Model implements AutoCloseable {
    private static final int LARGEST_BATCH = 256; // larger ones are predicted in parts
    // from here on several threads are faster than the way to the device's thread is long
    private static final int SHARED_FROM = 16;
    private static final String PREDICTION_KEY = "schuss.prediction";

    private final Layer layer;
    private final Spec input;
    private final Device device;
    private final Layout layout;
    private final Layout stateLayout;
    private final int inputSize;
    private final int outputSize;
    private final Resource resource;
    private final Weights weights;
    private long version; // of the weights
    private final ConcurrentLinkedQueue<InferenceSession>[] sessions;
    private volatile Prediction prediction = Prediction.OUTPUT;
    private Map<String, String> metadata = Map.of();

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of queues of one type
    private Model(Layer layer, Spec input, Device device, Program program) {
        this.layer = layer;
        this.input = input;
        this.device = device;
        this.layout = program.layout();
        this.stateLayout = program.stateLayout();
        Shape output = program.output(Trace.OUTPUT).shape();
        if (output.isScalar() || output.dim(0) != 1) {
            throw new IllegalArgumentException(
                    "network: expected an output (batch, ...), (1, ...) for one example, got " + output);
        }
        this.inputSize = Math.toIntExact(input.shape().size());
        this.outputSize = Math.toIntExact(output.size());
        this.resource = Resource.of(this, "Model of " + layout.parameterCount() + " parameters", device);
        this.weights = resource.make(() -> new Weights(device.backend(), layout, stateLayout));
        this.sessions = new ConcurrentLinkedQueue[Integer.numberOfTrailingZeros(LARGEST_BATCH) + 1];
        java.util.Arrays.setAll(sessions, i -> new ConcurrentLinkedQueue<>());
    }

    /**
     * A model with fresh parameters.
     *
     * @param layer the network; the model traces it anew, so several models may be made of one
     * @param input the shape of one example, without the batch
     * @param seed draws the parameters: the same seed gives the same numbers on every machine
     * @throws IllegalArgumentException naming the layer that does not fit its input
     */
    public static Model create(Layer layer, Shape input, Device device, long seed) {
        Spec example = new Spec("input", DType.F32, input);
        Model model = new Model(layer, example, device, trace(layer, example));
        try {
            model.initialize(seed);
            return model;
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private void initialize(long seed) {
        int stream = 0;
        for (Numbers numbers : numbers()) {
            Parameter parameter = numbers.entry.parameter();
            float[] values = new float[numbers.count()];
            parameter.initializer().initialize(parameter.shape(), new Philox(seed, stream++), values);
            resource.use(() -> numbers.write(values));
        }
    }

    /**
     * A model with the parameters of a file that {@link #save} wrote.
     *
     * @param layer the same network as was saved
     * @throws FormatException if the file is damaged, or its parameters differ in name or shape
     */
    public static Model load(Path path, Layer layer, Shape input, Device device) throws IOException {
        Spec example = new Spec("input", DType.F32, input);
        try (Safetensors file = Safetensors.read(path)) {
            Program program = trace(layer, example);
            check(path, file, program); // before there is memory to ask for
            Model model = new Model(layer, example, device, program);
            try {
                model.read(path, file);
                return model;
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    private static Program trace(Layer layer, Spec example) {
        return Passes.compile(Request.inference(layer, example.batched(1), Prediction.OUTPUT), Abilities.NONE);
    }

    private static void check(Path path, Safetensors file, Program program) {
        Map<String, Parameter> expected = new LinkedHashMap<>();
        for (Layout layout : List.of(program.layout(), program.stateLayout())) {
            layout.entries().forEach((name, entry) -> expected.put(name, entry.parameter()));
        }
        if (!expected.keySet().equals(Set.copyOf(file.names()))) {
            throw new FormatException(path + ": expected parameters " + expected.keySet() + ", got " + file.names());
        }
        expected.forEach((name, parameter) -> {
            Spec found = file.spec(name);
            if (found.dtype() != DType.F32 || !found.shape().equals(parameter.shape())) {
                throw new FormatException(path + ": expected " + name + " as F32" + parameter.shape() + ", got "
                        + found.dtype() + found.shape());
            }
        });
    }

    private void read(Path path, Safetensors file) throws IOException {
        for (Numbers numbers : numbers()) {
            numbers.write(file.floats(numbers.path()));
        }
        metadata = file.metadata();
        String kind = metadata.getOrDefault(PREDICTION_KEY, Prediction.OUTPUT.name());
        try {
            prediction = Prediction.valueOf(kind);
        } catch (IllegalArgumentException e) {
            throw new FormatException(path + ": expected " + PREDICTION_KEY + " one of "
                    + java.util.Arrays.toString(Prediction.values()) + ", got " + kind);
        }
    }

    /**
     * Writes all parameters and states as safetensors, under names like {@code 0.dense/weight}: to a temporary file first, so that
     * an older file stays whole until the new one is.
     */
    public void save(Path path) throws IOException {
        save(path, metadata);
    }

    /** {@link #save(Path)} with text to keep in the file's metadata. */
    public void save(Path path, Map<String, String> text) throws IOException {
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        for (Numbers numbers : numbers()) {
            Shape shape = numbers.entry.parameter().shape();
            entries.put(numbers.path(), Safetensors.Entry.of(shape, read(numbers)));
        }
        Map<String, String> all = new java.util.TreeMap<>(text);
        all.put(PREDICTION_KEY, prediction.name());
        Safetensors.write(path, entries, all);
    }

    /**
     * Predicts one example or several, one after the other in the array. Outputs follow each other likewise: class
     * probabilities after training with a loss on logits.
     *
     * @throws IllegalArgumentException naming both lengths when the array is no multiple of an example
     */
    public float[] predict(float[] examples) {
        checkLength(examples);
        float[] outputs = new float[Math.multiplyExact(examples.length / inputSize, outputSize)];
        predict(examples, outputs);
        return outputs;
    }

    /** {@link #predict(float[])} into an array that is there already. */
    public void predict(float[] examples, float[] outputs) {
        checkLength(examples);
        int count = examples.length / inputSize;
        if (outputs.length != (long) count * outputSize) {
            throw new IllegalArgumentException("predict: expected room for " + (long) count * outputSize
                    + " outputs of " + count + " examples, got " + outputs.length);
        }
        for (int done = 0; done < count; done += LARGEST_BATCH) {
            predict(examples, done, Math.min(LARGEST_BATCH, count - done), outputs);
        }
    }

    private void checkLength(float[] examples) {
        if (examples.length == 0 || examples.length % inputSize != 0) {
            throw new IllegalArgumentException("predict: expected a multiple of " + inputSize + " numbers, examples of "
                    + input.shape() + ", got " + examples.length);
        }
    }

    private void predict(float[] examples, int from, int count, float[] outputs) {
        if (count >= SHARED_FROM && device.threads() > 1) {
            device.call(() -> {
                predictHere(examples, from, count, outputs, device.threads());
                return null;
            });
        } else {
            predictHere(examples, from, count, outputs, 1);
        }
    }

    private void predictHere(float[] examples, int from, int count, float[] outputs, int threads) {
        int bucket = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1); // the next power of two
        resource.use(() -> {
            InferenceSession session = sessions[bucket].poll();
            if (session == null) {
                session = resource.own(new InferenceSession(
                        device,
                        inference(1 << bucket, device.backend().abilities(threads)),
                        1 << bucket,
                        threads,
                        weights));
            }
            session.run(version, examples, from, count, outputs, from);
            sessions[bucket].add(session);
        });
    }

    private Program inference(int batch, Abilities abilities) {
        Program program = Passes.compile(Request.inference(layer, input.batched(batch), prediction), abilities);
        layout.expectSame(program.layout());
        stateLayout.expectSame(program.stateLayout());
        return program;
    }

    /** What {@link #predict} makes of the network's output; set by training from its loss. */
    public void setPrediction(Prediction made) {
        if (made == prediction) {
            return;
        }
        resource.change(() -> {
            prediction = made;
            for (ConcurrentLinkedQueue<InferenceSession> queue : sessions) {
                queue.clear(); // they compute the former; their memory goes with the model
            }
        });
    }

    public Layer layer() {
        return layer;
    }

    public Device device() {
        return device;
    }

    /** One example of the input. */
    public Spec input() {
        return input;
    }

    /** The number of outputs of one example. */
    public int outputSize() {
        return outputSize;
    }

    /** Where the parameters lie: their paths, shapes and order. */
    public Layout layout() {
        return layout;
    }

    /** Where what training carries along beside the parameters lies, such as running means. */
    public Layout stateLayout() {
        return stateLayout;
    }

    /** Text that was read from the file's metadata. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** A copy of one parameter's or state's numbers. */
    public float[] parameter(String path) {
        return read(numbers(path));
    }

    private float[] read(Numbers numbers) {
        float[] values = new float[numbers.count()];
        resource.use(() -> numbers.memory.read(numbers.entry.offset(), values, 0, values.length));
        return values;
    }

    /** Replaces one parameter's or state's numbers. */
    public void setParameter(String path, float... values) {
        Numbers numbers = numbers(path);
        if (values.length != numbers.count()) {
            throw new IllegalArgumentException(
                    "parameter \"" + path + "\": expected " + numbers.count() + " numbers, got " + values.length);
        }
        change(() -> numbers.write(values));
    }

    /** Copies the weights that predictions see; for trainers. */
    public void readWeights(Weights target) {
        resource.use(() -> target.copyFrom(weights));
    }

    /** Replaces the weights that predictions see, once those under way are done; for trainers. */
    public void publish(Weights source) {
        change(() -> weights.copyFrom(source));
    }

    private void change(Runnable action) {
        resource.change(() -> {
            version++;
            action.run();
        });
    }

    /** One named piece of the model's memory: a parameter or a state. */
    private record Numbers(Memory memory, Layout.Entry entry) {
        String path() {
            return entry.parameter().path();
        }

        int count() {
            return Math.toIntExact(entry.parameter().shape().size());
        }

        void write(float[] values) {
            memory.write(entry.offset(), values, 0, values.length);
        }
    }

    /** Parameters first, then states, each in the order in which layers asked for them. */
    private List<Numbers> numbers() {
        List<Numbers> all = new ArrayList<>();
        layout.entries().values().forEach(e -> all.add(new Numbers(weights.of(Variable.Kind.PARAMETERS), e)));
        stateLayout.entries().values().forEach(e -> all.add(new Numbers(weights.of(Variable.Kind.MODEL_STATE), e)));
        return all;
    }

    private Numbers numbers(String path) {
        return numbers().stream()
                .filter(n -> n.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("parameter: expected one of "
                        + numbers().stream().map(Numbers::path).toList() + ", got \"" + path + "\""));
    }

    /** Has something closed with this model; for trainers, whose memory belongs to the model. */
    public <T extends AutoCloseable> T own(T closeable) {
        return resource.own(closeable);
    }

    /** Fails when the model or its device is closed. */
    public void checkOpen() {
        resource.check();
    }

    /** The network layer by layer, its cost and its memory; {@code toString} makes a table of it. */
    public ModelSummary summary() {
        return device.call(() -> {
            checkOpen();
            return ModelSummary.of(layer, input, device.backend(), device.threads());
        });
    }

    /** Frees its memory, that of its trainers included; waits for predictions under way. */
    @Override
    public void close() {
        resource.close();
    }
}
