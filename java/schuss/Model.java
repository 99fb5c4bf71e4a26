package schuss;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import schuss.backend.Memory;
import schuss.io.FormatException;
import schuss.io.Safetensors;
import schuss.layers.Layer;
import schuss.layers.Parameter;
import schuss.losses.Prediction;
import schuss.ops.Op;
import schuss.program.Layout;
import schuss.program.Passes;
import schuss.program.Program;
import schuss.program.Request;
import schuss.program.Trace;

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
    private final int inputSize;
    private final int outputSize;
    private final Resource resource;
    private final Memory weights;
    private final ConcurrentLinkedQueue<InferenceSession>[] sessions;
    private volatile Prediction prediction = Prediction.OUTPUT;
    private Map<String, String> metadata = Map.of();

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of queues of one type
    private Model(Layer layer, Spec input, Device device) {
        this.layer = layer;
        this.input = input;
        this.device = device;
        Program program = inference(1, op -> false);
        this.layout = program.layout();
        Shape output = program.output(Trace.OUTPUT).shape();
        if (output.isScalar() || output.dim(0) != 1) {
            throw new IllegalArgumentException(
                    "network: expected an output (batch, ...), (1, ...) for one example, got " + output);
        }
        this.inputSize = Math.toIntExact(input.shape().size());
        this.outputSize = Math.toIntExact(output.size());
        this.resource = Resource.of(this, "Model of " + layout.parameterCount() + " parameters", device);
        this.weights = resource.make(
                () -> device.backend().allocate(layout.size() * device.backend().bytes(DType.F32)));
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
        Model model = new Model(layer, new Spec("input", DType.F32, input), device);
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
        for (Layout.Entry entry : layout.entries().values()) {
            Parameter parameter = entry.parameter();
            float[] values = new float[Math.toIntExact(parameter.shape().size())];
            parameter.initializer().initialize(parameter.shape(), new Philox(seed, stream++), values);
            resource.use(() -> weights.write(entry.offset(), values, 0, values.length));
        }
    }

    /**
     * A model with the parameters of a file that {@link #save} wrote.
     *
     * @param layer the same network as was saved
     * @throws FormatException if the file is damaged, or its parameters differ in name or shape
     */
    public static Model load(Path path, Layer layer, Shape input, Device device) throws IOException {
        try (Safetensors file = Safetensors.read(path)) {
            Model model = new Model(layer, new Spec("input", DType.F32, input), device);
            try {
                model.read(path, file);
                return model;
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    private void read(Path path, Safetensors file) throws IOException {
        if (!layout.entries().keySet().equals(java.util.Set.copyOf(file.names()))) {
            throw new FormatException(
                    path + ": expected parameters " + layout.entries().keySet() + ", got " + file.names());
        }
        for (Layout.Entry entry : layout.entries().values()) {
            String name = entry.parameter().path();
            Spec found = file.spec(name);
            if (found.dtype() != DType.F32
                    || !found.shape().equals(entry.parameter().shape())) {
                throw new FormatException(path + ": expected " + name + " as F32"
                        + entry.parameter().shape() + ", got " + found.dtype() + found.shape());
            }
        }
        for (Layout.Entry entry : layout.entries().values()) {
            float[] values = file.floats(entry.parameter().path());
            weights.write(entry.offset(), values, 0, values.length);
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
     * Writes all parameters as safetensors, under names like {@code 0.dense/weight}: to a temporary file first, so that
     * an older file stays whole until the new one is.
     */
    public void save(Path path) throws IOException {
        save(path, metadata);
    }

    /** {@link #save(Path)} with text to keep in the file's metadata. */
    public void save(Path path, Map<String, String> text) throws IOException {
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        for (Layout.Entry entry : layout.entries().values()) {
            Parameter parameter = entry.parameter();
            entries.put(parameter.path(), Safetensors.Entry.of(parameter.shape(), parameter(parameter.path())));
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
                        device, inference(1 << bucket, device.backend()::fuses), 1 << bucket, threads, weights));
            }
            session.run(examples, from, count, outputs, from);
            sessions[bucket].add(session);
        });
    }

    private Program inference(int batch, Predicate<Op> fuses) {
        Program program = Passes.compile(Request.inference(layer, input.batched(batch), prediction), fuses);
        if (layout != null) {
            layout.expectSame(program.layout());
        }
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

    /** Text that was read from the file's metadata. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** A copy of one parameter's numbers. */
    public float[] parameter(String path) {
        Layout.Entry entry = layout.entry(path);
        float[] values = new float[Math.toIntExact(entry.parameter().shape().size())];
        resource.use(() -> weights.read(entry.offset(), values, 0, values.length));
        return values;
    }

    /** Replaces one parameter's numbers. */
    public void setParameter(String path, float... values) {
        Layout.Entry entry = layout.entry(path);
        if (values.length != entry.parameter().shape().size()) {
            throw new IllegalArgumentException("parameter \"" + path + "\": expected "
                    + entry.parameter().shape().size() + " numbers, got " + values.length);
        }
        resource.change(() -> weights.write(entry.offset(), values, 0, values.length));
    }

    /** Copies the weights that predictions see; for trainers. */
    public void readWeights(Memory target) {
        resource.use(() -> target.copyFrom(weights));
    }

    /** Replaces the weights that predictions see, once those under way are done; for trainers. */
    public void publish(Memory source) {
        resource.change(() -> weights.copyFrom(source));
    }

    /** Has something closed with this model; for trainers, whose memory belongs to the model. */
    public <T extends AutoCloseable> T own(T closeable) {
        return resource.own(closeable);
    }

    /** Fails when the model or its device is closed. */
    public void checkOpen() {
        resource.check();
    }

    /** A line per parameter: path, shape, count; then the sum. */
    public String summary() {
        StringBuilder text = new StringBuilder();
        for (Layout.Entry entry : layout.entries().values()) {
            Parameter parameter = entry.parameter();
            text.append(String.format(
                    java.util.Locale.ROOT,
                    "%-32s %-20s %,12d%n",
                    parameter.path(),
                    parameter.shape(),
                    parameter.shape().size()));
        }
        return text.append(String.format(
                        java.util.Locale.ROOT, "%-32s %-20s %,12d%n", "parameters", "", layout.parameterCount()))
                .toString();
    }

    /** Frees its memory, that of its trainers included; waits for predictions under way. */
    @Override
    public void close() {
        resource.close();
    }
}
