package schuss;

import java.util.List;
import schuss.layers.Layer;
import schuss.losses.Prediction;
import schuss.program.Passes;
import schuss.program.Program;
import schuss.program.Request;

/**
 * Predicts with a model's weights, from any thread: in parts that are padded to a power of two, so that few programs
 * serve all numbers of examples.
 */
final class Predictor {
    private static final int LARGEST_BATCH = 256;
    // from here on several threads are faster than the way to the device's thread is long
    private static final int SHARED_FROM = 16;
    private static final long SEED_MASK = (1L << 52) - 1; // exact in a double too, as the reference keeps it

    private final Layer layer;
    private final Spec input;
    private final int outputSize;
    private final Device device;
    private final Resource resource;
    private final NamedWeights weights;
    private final SessionPool sessions;
    private final SessionPool samplers; // the same with dropout on
    private volatile Prediction prediction = Prediction.OUTPUT;

    /** Its sessions close with {@code resource}. */
    Predictor(Layer layer, Spec input, int outputSize, Device device, Resource resource, NamedWeights weights) {
        this.layer = layer;
        this.input = input;
        this.outputSize = outputSize;
        this.device = device;
        this.resource = resource;
        this.weights = weights;
        this.sessions = resource.own(new SessionPool(LARGEST_BATCH));
        this.samplers = resource.own(new SessionPool(LARGEST_BATCH));
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
            sessions.close(); // they compute the former
            samplers.close();
        });
    }

    float[] predict(Examples examples) {
        int count = examples.count(input);
        float[] outputs = new float[Math.multiplyExact(count, outputSize)];
        run(examples, count, new float[][] {outputs}, null);
        return outputs;
    }

    void predict(Examples examples, float[] outputs) {
        int count = examples.count(input);
        if (outputs.length != (long) count * outputSize) {
            throw new IllegalArgumentException("predict: expected room for " + (long) count * outputSize
                    + " outputs of " + count + " examples, got " + outputs.length);
        }
        run(examples, count, new float[][] {outputs}, null);
    }

    Distribution sample(Examples examples, int samples, long seed) {
        if (samples < 2) {
            throw new IllegalArgumentException("predictDistribution: expected at least 2 samples, got " + samples);
        }
        int count = examples.count(input);
        float[][] outputs = new float[samples][Math.multiplyExact(count, outputSize)];
        run(examples, count, outputs, seed & SEED_MASK);
        return new Distribution(List.of(outputs));
    }

    /**
     * Predicts all examples, in parts.
     *
     * @param outputs one array for each time
     * @param seed draws masks and noise; null leaves dropout off
     */
    private void run(Examples examples, int count, float[][] outputs, Long seed) {
        for (int done = 0; done < count; done += LARGEST_BATCH) {
            runPart(examples, done, Math.min(LARGEST_BATCH, count - done), outputs, seed);
        }
    }

    private void runPart(Examples examples, int from, int count, float[][] outputs, Long seed) {
        int batch = count == 1 ? 1 : 2 * Integer.highestOneBit(count - 1); // the next power of two
        resource.check(); // a closed model is told before a closed device
        if (device.backend().confined() || (batch >= SHARED_FROM && device.threads() > 1)) {
            device.call(() -> {
                runHere(examples, from, count, batch, outputs, seed, device.threads());
                return null;
            });
        } else {
            runHere(examples, from, count, batch, outputs, seed, 1);
        }
    }

    private void runHere(Examples examples, int from, int count, int batch, float[][] outputs, Long seed, int threads) {
        boolean dropout = seed != null;
        SessionPool pool = dropout ? samplers : sessions;
        resource.use(() -> pool.use(batch, () -> session(batch, threads, dropout), session -> {
            examples.load(session, from, count);
            for (int sample = 0; sample < outputs.length; sample++) {
                if (dropout) { // a mask is drawn by place in the batch, so each part has steps of its own
                    session.draw(seed, (long) (from / LARGEST_BATCH) * outputs.length + sample);
                }
                session.run(weights.version(), count, outputs[sample], from);
            }
        }));
    }

    private InferenceSession session(int batch, int threads, boolean dropout) {
        Spec batched = input.batched(batch);
        Request request =
                dropout ? Request.sampling(layer, batched, prediction) : Request.inference(layer, batched, prediction);
        Program program = Passes.compile(request, device.backend().abilities(threads));
        weights.expectSame(program);
        return new InferenceSession(device, program, batch, threads, weights.memory());
    }
}
