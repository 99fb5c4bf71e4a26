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
    private static final long SEED_MASK = (1L << 52) - 1; // exact in a double too, as the reference keeps it
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
    private final ConcurrentLinkedQueue<InferenceSession>[] sessions; // by the logarithm of the batch size
    private final ConcurrentLinkedQueue<InferenceSession>[] samplers; // the same with dropout on
    private volatile Prediction prediction = Prediction.OUTPUT;
    private Map<String, String> metadata = Map.of();

    /** A network as {@link #trace} saw it. */
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
        this.sessions = queues();
        this.samplers = queues();
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of queues of one type
    private static ConcurrentLinkedQueue<InferenceSession>[] queues() {
        ConcurrentLinkedQueue<InferenceSession>[] queues =
                new ConcurrentLinkedQueue[Integer.numberOfTrailingZeros(LARGEST_BATCH) + 1];
        java.util.Arrays.setAll(queues, i -> new ConcurrentLinkedQueue<>());
        return queues;
    }

    private static Spec numbers(Shape example) {
        return new Spec("input", DType.F32, example);
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
        return create(layer, numbers(input), device, seed);
    }

    /**
     * {@link #create(Layer, Shape, Device, long)} for inputs of another type: I32 for indices, which an {@code Embedding}
     * takes.
     *
     * @param input one example, F32 or I32, without the batch
     */
    public static Model create(Layer layer, Spec input, Device device, long seed) {
        Model model = new Model(layer, input, device, trace(layer, input));
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
        return load(path, layer, numbers(input), device);
    }

    /** {@link #load(Path, Layer, Shape, Device)} for inputs of another type. */
    public static Model load(Path path, Layer layer, Spec input, Device device) throws IOException {
        try (Safetensors file = Safetensors.read(path)) {
            Program program = trace(layer, input);
            check(path, file, program); // before there is memory to ask for
            Model model = new Model(layer, input, device, program);
            try {
                model.read(path, file);
                return model;
            } catch (IOException | RuntimeException e) {
                model.close();
                throw e;
            }
        }
    }

    private static Program trace(Layer layer, Spec input) {
        if (input.dtype() != DType.F32 && input.dtype() != DType.I32) {
            throw new IllegalArgumentException("model: expected an input of type F32 or I32, got " + input.dtype());
        }
        return Passes.compile(Request.inference(layer, input.batched(1), Prediction.OUTPUT), Abilities.NONE);
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
        return predict(new Floats(examples));
    }

    /** {@link #predict(float[])} of integers, for a model whose input is I32. */
    public float[] predict(int[] examples) {
        return predict(new Integers(examples));
    }

    private float[] predict(Examples examples) {
        float[] outputs = new float[Math.multiplyExact(count(examples), outputSize)];
        run(examples, new float[][] {outputs}, null);
        return outputs;
    }

    /** {@link #predict(float[])} into an array that is there already. */
    public void predict(float[] examples, float[] outputs) {
        Examples floats = new Floats(examples);
        int count = count(floats);
        if (outputs.length != (long) count * outputSize) {
            throw new IllegalArgumentException("predict: expected room for " + (long) count * outputSize
                    + " outputs of " + count + " examples, got " + outputs.length);
        }
        run(floats, new float[][] {outputs}, null);
    }

    /**
     * Monte Carlo dropout (Gal and Ghahramani 2016): predicts the same examples several times with dropout and noise as in
     * training, by a fresh mask for every sample and example, and everything else as in {@link #predict}. How far the
     * samples differ says how sure the network is.
     *
     * <pre>{@code
     * Distribution distribution = model.predictDistribution(images, 100, 42);
     * float[] probabilities = distribution.mean();
     * float[] spread = distribution.standardDeviation();
     * }</pre>
     *
     * @param samples at least 2
     * @param seed draws the masks: the same seed gives the same samples of the same examples
     */
    public Distribution predictDistribution(float[] examples, int samples, long seed) {
        return predictDistribution(new Floats(examples), samples, seed);
    }

    /** {@link #predictDistribution(float[], int, long)} of integers, for a model whose input is I32. */
    public Distribution predictDistribution(int[] examples, int samples, long seed) {
        return predictDistribution(new Integers(examples), samples, seed);
    }

    private Distribution predictDistribution(Examples examples, int samples, long seed) {
        if (samples < 2) {
            throw new IllegalArgumentException("predictDistribution: expected at least 2 samples, got " + samples);
        }
        float[][] outputs = new float[samples][Math.multiplyExact(count(examples), outputSize)];
        run(examples, outputs, seed & SEED_MASK);
        return new Distribution(List.of(outputs));
    }

    /** What predictions read: an array of the model's input type. */
    private sealed interface Examples {
        DType type();

        int length();

        void load(InferenceSession session, int from, int count);
    }

    private record Floats(float[] values) implements Examples {
        @Override
        public DType type() {
            return DType.F32;
        }

        @Override
        public int length() {
            return values.length;
        }

        @Override
        public void load(InferenceSession session, int from, int count) {
            session.load(values, from, count);
        }
    }

    private record Integers(int[] values) implements Examples {
        @Override
        public DType type() {
            return DType.I32;
        }

        @Override
        public int length() {
            return values.length;
        }

        @Override
        public void load(InferenceSession session, int from, int count) {
            session.load(values, from, count);
        }
    }

    private int count(Examples examples) {
        if (examples.type() != input.dtype()) {
            throw new IllegalArgumentException(
                    "predict: expected examples of type " + input.dtype() + ", got " + examples.type());
        }
        if (examples.length() == 0 || examples.length() % inputSize != 0) {
            throw new IllegalArgumentException("predict: expected a multiple of " + inputSize + " numbers, examples of "
                    + input.shape() + ", got " + examples.length());
        }
        return examples.length() / inputSize;
    }

    /**
     * Predicts all examples, in parts.
     *
     * @param outputs one array for each time
     * @param seed draws masks and noise; null leaves dropout off
     */
    private void run(Examples examples, float[][] outputs, Long seed) {
        int count = examples.length() / inputSize;
        for (int done = 0; done < count; done += LARGEST_BATCH) {
            runPart(examples, done, Math.min(LARGEST_BATCH, count - done), outputs, seed);
        }
    }

    private void runPart(Examples examples, int from, int count, float[][] outputs, Long seed) {
        if (count >= SHARED_FROM && device.threads() > 1) {
            device.call(() -> {
                runHere(examples, from, count, outputs, seed, device.threads());
                return null;
            });
        } else {
            runHere(examples, from, count, outputs, seed, 1);
        }
    }

    private void runHere(Examples examples, int from, int count, float[][] outputs, Long seed, int threads) {
        int bucket = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1); // the next power of two
        ConcurrentLinkedQueue<InferenceSession> queue = (seed == null ? sessions : samplers)[bucket];
        resource.use(() -> {
            InferenceSession session = queue.poll();
            if (session == null) {
                session = resource.own(session(1 << bucket, threads, seed != null));
            }
            examples.load(session, from, count);
            for (int sample = 0; sample < outputs.length; sample++) {
                if (seed != null) { // a mask is drawn by place in the batch, so each part has steps of its own
                    session.draw(seed, (long) (from / LARGEST_BATCH) * outputs.length + sample);
                }
                session.run(version, count, outputs[sample], from);
            }
            queue.add(session);
        });
    }

    private InferenceSession session(int batch, int threads, boolean dropout) {
        Spec batched = input.batched(batch);
        Request request =
                dropout ? Request.sampling(layer, batched, prediction) : Request.inference(layer, batched, prediction);
        Program program = compile(request, device.backend().abilities(threads));
        return new InferenceSession(device, program, batch, threads, weights);
    }

    private Program compile(Request request, Abilities abilities) {
        Program program = Passes.compile(request, abilities);
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
            // they compute the former; their memory goes with the model
            List.of(sessions).forEach(ConcurrentLinkedQueue::clear);
            List.of(samplers).forEach(ConcurrentLinkedQueue::clear);
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

    /** How often weights have changed; for trainers, which keep their own. */
    public long version() {
        long[] count = new long[1];
        resource.use(() -> count[0] = version);
        return count[0];
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
