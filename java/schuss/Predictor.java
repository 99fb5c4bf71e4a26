package schuss;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import schuss.backend.Memory;
import schuss.data.Dataset;
import schuss.data.InputCheck;
import schuss.ir.Program;
import schuss.layers.Network;
import schuss.losses.OutputActivation;
import schuss.ops.Type;
import schuss.ops.Value;
import schuss.trace.Programs;
import schuss.trace.Slots;
import schuss.trace.Trace;

/**
 * Predicts with a model's weights, from any thread: in parts that are padded to a power of two, so that few programs
 * serve all numbers of examples.
 */
final class Predictor implements AutoCloseable {
    private static final int LARGEST_BATCH = 256;
    private static final int MOST_SESSIONS = 24; // of a lane
    private static final int MOST_IDLE = Math.max(2, Runtime.getRuntime().availableProcessors());
    private static final long SEED_MASK = (1L << 52) - 1; // exact in a double too, as the reference keeps it

    private final Network network;
    private final List<Spec> inputs;
    private final Device device;
    private final Resource resource;
    private final NamedWeights weights;
    private final Map<String, Type> outputs; // of one example
    private final Map<String, Features> features = new ConcurrentHashMap<>(); // by the layer's path
    private final ConcurrentLinkedQueue<Lane> idle = new ConcurrentLinkedQueue<>();
    private Lane own; // of the device's thread
    private volatile Map<String, OutputActivation> predictions = Map.of(); // by output
    private volatile Task predicting;
    private volatile Task sampling; // the same with dropout on

    /** @param one the network followed with one example */
    Predictor(Network network, List<Spec> inputs, Trace one, Device device, Resource resource, NamedWeights weights) {
        this.network = network;
        this.inputs = inputs;
        this.outputs = new LinkedHashMap<>();
        one.outputs().forEach((name, value) -> outputs.put(name, value.type()));
        this.device = device;
        this.resource = resource;
        this.weights = weights;
        makeTasks();
    }

    private void makeTasks() {
        Map<String, OutputActivation> made = predictions;
        predicting = new Task("prediction", false, batch -> Programs.inference(network, batch, made));
        sampling = new Task("sample", true, batch -> Programs.sampling(network, batch, made));
    }

    /** Something to compute of examples. */
    private final class Task {
        private final Part[] parts =
                new Part[Integer.numberOfTrailingZeros(LARGEST_BATCH) + 1]; // by the batch's logarithm
        private final boolean draws;
        private final Function<List<Spec>, Trace> maker;

        Task(String what, boolean draws, Function<List<Spec>, Trace> maker) {
            this.draws = draws;
            this.maker = maker;
            for (int i = 0; i < parts.length; i++) {
                parts[i] = new Part(this, what, 1 << i);
            }
        }

        Part part(int batch) {
            return parts[Integer.numberOfTrailingZeros(batch)];
        }
    }

    /** A task for so many examples. As the key of a session it is told apart by being itself; its text is for the log. */
    private final class Part {
        private final Task task;
        private final String what;
        private final int batch;
        private Program program; // once somebody has asked for it
        private volatile int threads; // that it is worth; 0 until then

        Part(Task task, String what, int batch) {
            this.task = task;
            this.what = what;
            this.batch = batch;
        }

        /** As it was traced, once for all lanes. */
        synchronized Program program() {
            if (program == null) {
                program = traced(task, batch);
                threads = device.threads(program);
            }
            return program;
        }

        /** Whether it runs on whichever thread asks for it. */
        boolean isAlone() {
            if (threads == 0) {
                program();
            }
            return threads == 1 && !device.backend().confined();
        }

        @Override
        public String toString() {
            return what + " of " + batch + " examples";
        }
    }

    /** What a layer puts out, so many numbers for an example. */
    private record Features(Task task, int size) {}

    /** Memory and sessions for one caller at a time. */
    private final class Lane implements AutoCloseable {
        private final int threads;
        private final Sessions sessions;
        private final ByteBuffer randomState = Session.direct(2 * Long.BYTES);
        private Memory random; // once something draws
        private ByteBuffer staging = Session.direct(0);
        private final PredictionCall.Staging toStaging = this::staging;

        Lane(int threads) {
            this.threads = threads;
            sessions = new Sessions(device, threads, MOST_SESSIONS);
        }

        ByteBuffer staging(int bytes) {
            if (staging.capacity() < bytes) {
                staging = Session.direct(bytes);
            }
            return staging.clear();
        }

        private Memory slot(String name) {
            return name.equals(Slots.RANDOM) ? random() : weights.memory().slot(name);
        }

        private Memory random() {
            if (random == null) {
                random = device.backend().allocate(2L * device.backend().bytes(DType.I64));
            }
            return random;
        }

        void run(Part part, PredictionCall call, int from, int count, int samples, long seed) {
            Session session = sessions.find(part);
            if (session == null) {
                session = sessions.get(part, part::program, this::slot);
            }
            call.load(toStaging, session, from, count);
            for (int sample = 0; sample < samples; sample++) {
                if (part.task.draws) { // a mask is drawn by place in the batch, so each part has steps of its own
                    long step = (long) (from / LARGEST_BATCH) * samples + sample;
                    randomState.putLong(0, seed & SEED_MASK).putLong(Long.BYTES, step);
                    random().write(DType.I64, 0, randomState);
                }
                session.runHere(weights.version());
                call.store(session, sample, from, count);
            }
        }

        @Override
        public void close() {
            sessions.close();
            if (random != null) {
                random.close();
            }
        }
    }

    private Program traced(Task task, int batch) {
        Trace trace = task.maker.apply(
                inputs.stream().map(input -> input.batched(batch)).toList());
        weights.declarations().expectSame(trace.declarations());
        Program program = trace.program();
        program.outputs().forEach((name, output) -> {
            if (output.shape().isScalar() || output.shape().dim(0) != batch) {
                throw new IllegalArgumentException(
                        "network: expected an output for each of " + batch + " examples, got " + output.shape());
            }
        });
        return program;
    }

    List<Spec> outputs() {
        return outputs.entrySet().stream()
                .map(e -> new Spec(
                        e.getKey(), e.getValue().dtype(), e.getValue().shape().tail()))
                .toList();
    }

    /** What is made of outputs, by name. */
    Map<String, OutputActivation> predictions() {
        return predictions;
    }

    void setPredictions(Map<String, OutputActivation> made) {
        if (!made.equals(predictions)) {
            resource.change(() -> {
                predictions = Map.copyOf(made);
                makeTasks();
                close(); // what computes the former
            });
        }
    }

    float[] predict(float[] floats, int... ints) {
        int count = count(floats, ints);
        float[] outputs = new float[Math.multiplyExact(count, outputSize())];
        run(predicting, arrays(floats, ints, outputSize(), outputs), count, 1, 0);
        return outputs;
    }

    void predict(float[] floats, float[] outputs) {
        int count = count(floats, null);
        if (outputs.length != (long) count * outputSize()) {
            throw new IllegalArgumentException("predict: expected room for " + (long) count * outputSize()
                    + " outputs of " + count + " examples, got " + outputs.length);
        }
        run(predicting, arrays(floats, null, outputSize(), outputs), count, 1, 0);
    }

    float[] predict(Dataset data) {
        InputCheck.check(inputs, data);
        float[] made = new float[Math.multiplyExact(data.size(), outputSize())];
        int most = Math.min(LARGEST_BATCH, data.size());
        run(predicting, new DatasetCall(inputs, data, most, made, outputSize()), data.size(), 1, 0);
        return made;
    }

    Map<String, Tensor> predict(Map<String, Tensor> examples) {
        int count = count(examples);
        Map<String, Tensor> results = new LinkedHashMap<>();
        outputs.forEach((name, type) ->
                results.put(name, Tensor.zeros(type.dtype(), type.shape().with(0, count))));
        run(predicting, new PredictionCall.Tensors(examples, results), count, 1, 0);
        return results;
    }

    float[] features(String path, float[] floats, int... ints) {
        int count = count(floats, ints);
        Features wanted = features.computeIfAbsent(path, this::features);
        float[] outputs = new float[Math.multiplyExact(count, wanted.size)];
        run(wanted.task, arrays(floats, ints, wanted.size, outputs), count, 1, 0);
        return outputs;
    }

    private Features features(String path) {
        Function<List<Spec>, Trace> maker = batch -> Programs.features(network, batch, path);
        Value one = maker.apply(inputs.stream().map(input -> input.batched(1)).toList())
                .program()
                .output(Network.OUTPUT);
        if (one.dtype() != DType.F32 || one.shape().isScalar() || one.shape().dim(0) != 1) {
            throw new IllegalArgumentException("features: expected a layer with an output F32 (batch, ...), got \""
                    + path + "\" with " + one.dtype() + " " + one.shape() + " for one example");
        }
        return new Features(
                new Task("features \"" + path + "\"", false, maker),
                Math.toIntExact(one.shape().size()));
    }

    MonteCarloPrediction sample(float[] floats, int[] ints, int samples, long seed) {
        if (samples < 2) {
            throw new IllegalArgumentException("predictDistribution: expected at least 2 samples, got " + samples);
        }
        int count = count(floats, ints);
        float[][] outputs = new float[samples][Math.multiplyExact(count, outputSize())];
        run(sampling, arrays(floats, ints, outputSize(), outputs), count, samples, seed);
        return new MonteCarloPrediction(List.of(outputs));
    }

    private PredictionCall arrays(float[] floats, int[] ints, int outputSize, float[]... outputs) {
        Spec input = inputs.get(0);
        return new PredictionCall.Arrays(
                input.name(), floats, ints, Math.toIntExact(input.shape().size()), outputs, outputSize);
    }

    /** Elements of the only output for one example. */
    int outputSize() {
        if (outputs.size() != 1) {
            throw new IllegalStateException(
                    "model: expected one output, got " + outputs.keySet() + ": predict by name");
        }
        return Math.toIntExact(outputs.values().iterator().next().shape().size());
    }

    /** How many examples an array of either type holds. */
    private int count(float[] floats, int... ints) {
        if (inputs.size() != 1) {
            throw new IllegalStateException("model: expected one input, got " + inputs + ": predict by name");
        }
        Spec example = inputs.get(0);
        DType type = floats != null ? DType.F32 : DType.I32;
        if (type != example.dtype()) {
            throw new IllegalArgumentException("predict: expected examples of type " + example.dtype() + ", got " + type
                    + (example.dtype() == DType.U8 ? ": give bytes in a Tensor, by name" : ""));
        }
        long size = example.shape().size();
        int length = floats != null ? floats.length : ints.length;
        if (length == 0 || length % size != 0) {
            throw new IllegalArgumentException("predict: expected a multiple of " + size + " numbers, examples of "
                    + example.shape() + ", got " + length);
        }
        return (int) (length / size);
    }

    /** How many examples tensors hold. */
    private int count(Map<String, Tensor> examples) {
        Set<String> names = inputs.stream().map(Spec::name).collect(Collectors.toCollection(LinkedHashSet::new));
        if (!examples.keySet().equals(names)) {
            throw new IllegalArgumentException("predict: expected inputs " + names + ", got " + examples.keySet());
        }
        int count = 0;
        for (Spec input : inputs) {
            Tensor tensor = examples.get(input.name());
            Shape shape = tensor.shape();
            boolean fits = !shape.isScalar() && shape.tail().equals(input.shape()) && tensor.dtype() == input.dtype();
            if (!fits || (count > 0 && shape.dim(0) != count)) {
                throw new IllegalArgumentException("predict: input \"" + input.name() + "\": expected "
                        + input.dtype() + input.shape().prepend(Math.max(count, 1))
                        + (count > 0 ? "" : " or any number of examples") + ", got " + tensor.dtype() + shape);
            }
            count = shape.dim(0);
        }
        return count;
    }

    /**
     * Computes something of all examples, in parts.
     *
     * @param samples how often
     * @param seed draws masks and noise, where the task has them
     */
    private void run(Task task, PredictionCall call, int count, int samples, long seed) {
        resource.check(); // a closed model is told before a closed device
        int last = Math.max(0, count - 1) % LARGEST_BATCH + 1;
        if (part(task, Math.max(last, Math.min(count, LARGEST_BATCH))).isAlone()
                && part(task, last).isAlone()) {
            runAll(task, call, count, samples, seed);
        } else {
            device.call(() -> {
                runAll(task, call, count, samples, seed);
                return null;
            });
        }
    }

    private static Part part(Task task, int examples) {
        return task.part(examples == 1 ? 1 : 2 * Integer.highestOneBit(examples - 1)); // the next power of two
    }

    /** One use of the weights, however many parts there are: all meet those that were published last. */
    private void runAll(Task task, PredictionCall call, int count, int samples, long seed) {
        long stamp = resource.enter();
        try {
            for (int from = 0; from < count; from += LARGEST_BATCH) {
                int some = Math.min(LARGEST_BATCH, count - from);
                Part part = part(task, some);
                if (part.isAlone()) {
                    runHere(part, call, from, some, samples, seed);
                } else {
                    runThere(part, call, from, some, samples, seed);
                }
            }
        } finally {
            resource.leave(stamp);
        }
    }

    /** On the device's thread. */
    private void runThere(Part part, PredictionCall call, int from, int count, int samples, long seed) {
        try {
            if (own == null) {
                own = new Lane(device.threads());
            }
            own.run(part, call, from, count, samples, seed);
        } catch (RuntimeException | Error e) {
            if (own != null) { // what it holds now is anyone's guess
                own.close();
                own = null;
            }
            throw e;
        }
    }

    private void runHere(Part part, PredictionCall call, int from, int count, int samples, long seed) {
        Lane lane = idle.poll();
        if (lane == null) {
            lane = new Lane(1);
        }
        boolean done = false;
        try {
            lane.run(part, call, from, count, samples, seed);
            done = true;
        } finally {
            if (done && idle.size() < MOST_IDLE) {
                idle.add(lane);
            } else { // one too many, or what it holds now is anyone's guess
                lane.close();
            }
        }
    }

    /** Frees all lanes, none of which may be in use. */
    @Override
    public void close() {
        for (Lane lane = idle.poll(); lane != null; lane = idle.poll()) {
            lane.close();
        }
        if (own != null) {
            own.close();
            own = null;
        }
    }
}
