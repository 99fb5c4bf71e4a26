package schuss;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import schuss.ir.Program;
import schuss.layers.Network;
import schuss.losses.Prediction;
import schuss.ops.Value;
import schuss.passes.Passes;
import schuss.trace.Programs;
import schuss.trace.Trace;

/**
 * Predicts with a model's weights, from any thread: in parts that are padded to a power of two, so that few programs
 * serve all numbers of examples.
 */
final class Predictor {
    private static final int LARGEST_BATCH = 256;
    // from here on several threads are faster than the way to the device's thread is long
    private static final int SHARED_FROM = 16;
    private static final Long NO_SEED = 0L; // an object: a smaller thing for a prediction's lambdas to hold
    private static final long SEED_MASK = (1L << 52) - 1; // exact in a double too, as the reference keeps it

    private final Network network;
    private final Spec input;
    private final int outputSize;
    private final Device device;
    private final Resource resource;
    private final NamedWeights weights;
    private final Task predictions;
    private final Task samplings; // the same with dropout on
    private final Map<String, Task> features = new ConcurrentHashMap<>(); // by the layer's path
    private volatile Prediction prediction = Prediction.OUTPUT;

    /** Its sessions close with {@code resource}. */
    Predictor(Network network, Spec input, int outputSize, Device device, Resource resource, NamedWeights weights) {
        this.network = network;
        this.input = input;
        this.outputSize = outputSize;
        this.device = device;
        this.resource = resource;
        this.weights = weights;
        this.predictions = task(
                outputSize, false, x -> Programs.inference(network, List.of(x), Map.of(Network.OUTPUT, prediction)));
        this.samplings =
                task(outputSize, true, x -> Programs.sampling(network, List.of(x), Map.of(Network.OUTPUT, prediction)));
    }

    /** Something to compute of examples, and the sessions that do. */
    private record Task(int outputSize, boolean dropout, SessionPool sessions, Compiler compiler) {}

    private interface Compiler {
        Trace trace(Spec batch);
    }

    private Task task(int size, boolean dropout, Compiler compiler) {
        return new Task(size, dropout, resource.own(new SessionPool(LARGEST_BATCH)), compiler);
    }

    Prediction prediction() {
        return prediction;
    }

    void setPrediction(Prediction made) {
        if (made == prediction) {
            return;
        }
        resource.change(() -> {
            prediction = made;
            predictions.sessions.close(); // they compute the former
            samplings.sessions.close();
        });
    }

    float[] predict(Examples examples) {
        int count = examples.count(input);
        float[] outputs = new float[Math.multiplyExact(count, outputSize)];
        run(predictions, examples, count, new float[][] {outputs}, NO_SEED);
        return outputs;
    }

    float[] features(String path, Examples examples) {
        int count = examples.count(input);
        Task task = features.computeIfAbsent(path, this::features);
        float[] outputs = new float[Math.multiplyExact(count, task.outputSize)];
        run(task, examples, count, new float[][] {outputs}, NO_SEED);
        return outputs;
    }

    private Task features(String path) {
        Compiler compiler = x -> Programs.features(network, List.of(x), path);
        Value one = compiler.trace(input.batched(1)).program().output(Network.OUTPUT);
        if (one.dtype() != DType.F32 || one.shape().isScalar() || one.shape().dim(0) != 1) {
            throw new IllegalArgumentException("features: expected a layer with an output F32 (batch, ...), got \""
                    + path + "\" with " + one.dtype() + " " + one.shape() + " for one example");
        }
        return task(Math.toIntExact(one.shape().size()), false, compiler);
    }

    void predict(Examples examples, float[] outputs) {
        int count = examples.count(input);
        if (outputs.length != (long) count * outputSize) {
            throw new IllegalArgumentException("predict: expected room for " + (long) count * outputSize
                    + " outputs of " + count + " examples, got " + outputs.length);
        }
        run(predictions, examples, count, new float[][] {outputs}, NO_SEED);
    }

    Distribution sample(Examples examples, int samples, long seed) {
        if (samples < 2) {
            throw new IllegalArgumentException("predictDistribution: expected at least 2 samples, got " + samples);
        }
        int count = examples.count(input);
        float[][] outputs = new float[samples][Math.multiplyExact(count, outputSize)];
        run(samplings, examples, count, outputs, seed & SEED_MASK);
        return new Distribution(List.of(outputs));
    }

    /**
     * Computes something of all examples, in parts.
     *
     * @param outputs one array for each time
     * @param seed draws masks and noise, where the task has dropout
     */
    private void run(Task task, Examples examples, int count, float[][] outputs, Long seed) {
        for (int done = 0; done < count; done += LARGEST_BATCH) {
            runPart(task, examples, done, Math.min(LARGEST_BATCH, count - done), outputs, seed);
        }
    }

    private void runPart(Task task, Examples examples, int from, int count, float[][] outputs, Long seed) {
        int batch = count == 1 ? 1 : 2 * Integer.highestOneBit(count - 1); // the next power of two
        resource.check(); // a closed model is told before a closed device
        if (device.backend().confined() || (batch >= SHARED_FROM && device.threads() > 1)) {
            device.call(() -> {
                runHere(task, examples, from, count, batch, outputs, seed, device.threads());
                return null;
            });
        } else {
            runHere(task, examples, from, count, batch, outputs, seed, 1);
        }
    }

    private void runHere(
            Task task, Examples examples, int from, int count, int batch, float[][] outputs, Long seed, int threads) {
        resource.use(() -> task.sessions.use(batch, () -> session(task, batch, threads), session -> {
            examples.load(session, from, count);
            for (int sample = 0; sample < outputs.length; sample++) {
                if (task.dropout) { // a mask is drawn by place in the batch, so each part has steps of its own
                    session.draw(seed, (long) (from / LARGEST_BATCH) * outputs.length + sample);
                }
                session.run(weights.version(), count, outputs[sample], from);
            }
        }));
    }

    private InferenceSession session(Task task, int batch, int threads) {
        Trace trace = task.compiler.trace(input.batched(batch));
        weights.declarations().expectSame(trace.declarations());
        Program program = Passes.optimize(trace.program(), device.backend().abilities(threads));
        return new InferenceSession(device, program, batch, threads, weights.memory());
    }
}
