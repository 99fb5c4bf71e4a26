package schuss.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import schuss.DType;
import schuss.Model;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Executable;
import schuss.data.Dataset;
import schuss.losses.Loss;
import schuss.metrics.Metric;
import schuss.optim.Optimizer;
import schuss.program.Request;
import schuss.program.Trace;

/**
 * Trains a model: shuffles, runs one compiled step per batch, validates after every epoch.
 *
 * <pre>{@code
 * History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
 *     .batchSize(128).epochs(5)
 *     .metric(new Accuracy())
 *     .validation(FashionMnist.test())
 *     .fit(FashionMnist.train());
 * }</pre>
 *
 * <p>The same seed, data, batch size, device and number of threads give bit-identical weights. Calling {@code fit} again
 * goes on where it ended, with the optimiser's state.
 */
public final class Trainer {
    private static final int SHUFFLE_STREAM = 1 << 30; // far from the streams of layers
    private static final long SEED_MASK = (1L << 52) - 1; // exact in a double too
    private static final double SLICE_SECONDS = 0.05;
    private static final int MOST_STEPS = 1 << 16; // of a slice
    private static final int EVALUATION_BATCH = 256;

    private final Model model;
    private final Loss loss;
    private final Optimizer optimizer;
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private int batchSize = 128;
    private int epochs = 1;
    private long seed = 42;
    private Dataset validation;
    private Workspace workspace;
    private long steps;
    private int epochsDone;
    private int slice = 1; // steps between two looks at the flag, the clock and the callbacks
    private final AtomicBoolean fitting = new AtomicBoolean();
    private volatile boolean training; // an epoch is under way
    private volatile boolean stopped;

    private Trainer(Model model, Loss loss, Optimizer optimizer) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
    }

    public static Trainer of(Model model, Loss loss, Optimizer optimizer) {
        return new Trainer(model, loss, optimizer);
    }

    /** Examples per step; 128 unless set. */
    public Trainer batchSize(int size) {
        batchSize = atLeastOne("batch size", size);
        return this;
    }

    /** How often to go through the data; 1 unless set. */
    public Trainer epochs(int count) {
        epochs = atLeastOne("number of epochs", count);
        return this;
    }

    /** Draws the order of the data and the dropout masks; 42 unless set. */
    public Trainer seed(long value) {
        seed = value;
        return this;
    }

    /** One more number to watch. */
    public Trainer metric(Metric metric) {
        if (workspace != null) {
            throw new IllegalStateException(
                    "Trainer: expected metrics before the first fit, got " + metric.name() + " after it");
        }
        metrics.add(metric);
        return this;
    }

    /** Data to evaluate after every epoch. */
    public Trainer validation(Dataset data) {
        validation = data;
        return this;
    }

    /** Somebody to tell how training goes. */
    public Trainer callback(Callback callback) {
        callbacks.add(callback);
        return this;
    }

    /** Ends {@code fit} after the current batch; from any thread. */
    public void stop() {
        stopped = true;
    }

    /** Whether {@link #stop} ended the last {@code fit}. */
    public boolean isStopped() {
        return stopped;
    }

    private static int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("Trainer: expected a " + what + " of at least 1, got " + value);
        }
        return value;
    }

    /**
     * Trains for the set number of epochs.
     *
     * @throws NotFiniteException when a loss or gradient is not finite; the model keeps the weights before that step
     * @throws IllegalArgumentException when the data does not fit the model
     */
    public History fit(Dataset data) {
        check(data);
        if (!fitting.compareAndSet(false, true)) {
            throw new IllegalStateException("Trainer: expected one fit at a time, got another before its end");
        }
        try {
            return fitAlone(data);
        } finally {
            training = false;
            fitting.set(false);
        }
    }

    private History fitAlone(Dataset data) {
        stopped = false;
        if (validation != null) {
            check(validation);
        }
        model.setPrediction(loss.prediction());
        Workspace work = workspace();
        onDevice(() -> {
            model.readWeights(work.weights());
            compile(data);
            return null;
        });
        List<Epoch> history = new ArrayList<>();
        for (int i = 0; i < epochs && !stopped; i++) {
            Epoch epoch = epoch(data, epochsDone + 1, epochsDone - i + epochs);
            history.add(epoch);
            if (!stopped) {
                epochsDone++;
                callbacks.forEach(c -> c.onEpoch(epoch));
            }
        }
        return new History(history);
    }

    /** Whole batches and the last, smaller one: what a layer refuses, it refuses before anything is trained. */
    private void compile(Dataset data) {
        int whole = Math.min(batchSize, data.size());
        workspace.prepare(data, whole);
        workspace.executable(training(data, whole));
        int rest = data.size() % whole;
        if (rest > 0) {
            workspace.executable(training(data, rest));
        }
    }

    private Workspace workspace() {
        model.checkOpen();
        if (workspace == null) {
            workspace = model.own(new Workspace(model, optimizer, metrics.size()));
        }
        return workspace;
    }

    /**
     * Runs work on the device's thread, where models are closed too: one that is open when the work begins stays open
     * until it ends.
     */
    private <T> T onDevice(Callable<T> work) {
        return model.device().call(() -> {
            model.checkOpen();
            return work.call();
        });
    }

    /** Fails inside an epoch, whose weights and totals are still being made; on the device's thread. */
    private void expectBetweenEpochs(String what) {
        if (training) {
            throw new IllegalStateException(
                    "Trainer: expected " + what + " between epochs, as in onEpoch, got it while one runs");
        }
    }

    private void check(Dataset data) {
        if (data.size() < 1) {
            throw new IllegalArgumentException("data: expected at least 1 example, got " + data.size());
        }
        Shape expected = model.input().shape();
        if (!data.input().shape().equals(expected)) {
            throw new IllegalArgumentException("data: expected examples of " + expected + " as the model's input, got "
                    + data.input().shape());
        }
        boolean integers = model.input().dtype() == DType.I32;
        if (integers != (data.input().dtype() == DType.I32)) {
            throw new IllegalArgumentException(
                    "data: expected examples of type " + model.input().dtype() + " as the model's input, got "
                            + data.input().dtype());
        }
        if (data.classes() > model.outputSize()) {
            throw new IllegalArgumentException("data: expected labels of at most " + model.outputSize()
                    + " classes, one per output of the model, got " + data.classes() + " classes");
        }
    }

    private Epoch epoch(Dataset data, int number, int ofEpochs) {
        int[] order = new Philox(seed, SHUFFLE_STREAM, number).permutation(data.size());
        Workspace work = workspace;
        training = true;
        onDevice(() -> {
            work.prepare(data, Math.min(batchSize, data.size()));
            work.control().reset();
            return null;
        });
        long firstStep = steps;
        long began = System.nanoTime();
        int done = 0;
        while (done < data.size() && !stopped) {
            int from = done;
            int most = slice;
            long sliceBegan = System.nanoTime();
            done = onDevice(() -> run(data, order, from, most));
            if (onDevice(work.control()::flagged)) {
                throw diagnosed(data, order, number, firstStep);
            }
            onDevice(() -> {
                work.control().readTotals();
                return null;
            });
            double sliceSeconds = (System.nanoTime() - sliceBegan) / 1e9;
            slice = sliceSeconds < SLICE_SECONDS ? Math.min(2 * slice, MOST_STEPS) : Math.max(1, slice / 2);
            report(number, ofEpochs, done, data.size(), (System.nanoTime() - began) / 1e9);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Double> values = new LinkedHashMap<>(averages(""));
        onDevice(() -> {
            model.publish(work.weights());
            return null;
        });
        training = false;
        if (validation != null && !stopped) {
            evaluate(validation).forEach((name, value) -> values.put("validation " + name, value));
        }
        return new Epoch(number, values, seconds);
    }

    /** Runs up to {@code most} steps from example {@code from} on; on the device's thread. Returns where it stopped. */
    private int run(Dataset data, int[] order, int from, int most) {
        int at = from;
        int compiled = 0; // the batch size of what follows: looking it up allocates, a step must not
        Executable step = null;
        for (int i = 0; i < most && at < order.length && !(stopped && i > 0); i++) {
            int count = Math.min(batchSize, order.length - at);
            if (count != compiled) {
                step = workspace.executable(training(data, count));
                compiled = count;
            }
            load(data, order, at, count, ++steps);
            step.run();
            at += count;
        }
        return at;
    }

    private void load(Dataset data, int[] order, int from, int count, long step) {
        workspace.batch().load(data, order, from, count);
        workspace.control().begin(optimizer, optimizer.learningRate(), seed & SEED_MASK, step);
    }

    private Request training(Dataset data, int count) {
        return Request.training(
                        model.layer(),
                        data.input().batched(count),
                        data.target().batched(count),
                        loss,
                        metrics,
                        optimizer)
                .withExampleWeights(data.weighted());
    }

    private void report(int epoch, int ofEpochs, int done, int size, double seconds) {
        double mean = averages("").get("loss");
        Progress progress = new Progress(epoch, ofEpochs, done, size, mean, done / seconds);
        callbacks.forEach(c -> c.onProgress(progress));
    }

    /** Mean loss and metrics of the totals read last. */
    private Map<String, Double> averages(String prefix) {
        Control control = workspace.control();
        double examples = control.total(Trace.TOTAL_EXAMPLES);
        Map<String, Double> values = new LinkedHashMap<>();
        double weight = control.total(Trace.TOTAL_WEIGHT);
        values.put(prefix + "loss", weight == 0 ? 0 : control.total(Trace.TOTAL_LOSS) / weight);
        for (int i = 0; i < metrics.size(); i++) {
            values.put(prefix + metrics.get(i).name(), control.total(Trace.TOTAL_METRICS + i) / examples);
        }
        return values;
    }

    /**
     * Mean loss and metrics of all examples, without dropout, with the weights that predictions see.
     *
     * @return values by name: {@code loss}, {@code accuracy}
     */
    public Map<String, Double> evaluate(Dataset data) {
        check(data);
        Workspace work = workspace();
        return onDevice(() -> {
            expectBetweenEpochs("evaluate");
            model.readWeights(work.weights());
            int most = Math.min(EVALUATION_BATCH, data.size());
            work.prepare(data, most);
            work.control().reset();
            int[] order = java.util.stream.IntStream.range(0, data.size()).toArray();
            for (int at = 0; at < order.length; at += most) {
                int count = Math.min(most, order.length - at);
                work.batch().load(data, order, at, count);
                work.executable(Request.evaluation(
                                        model.layer(),
                                        data.input().batched(count),
                                        data.target().batched(count),
                                        loss,
                                        metrics)
                                .withExampleWeights(data.weighted()))
                        .run();
            }
            work.control().readTotals();
            return averages("");
        });
    }

    /** Repeats the first step that was refused and looks for where it went wrong. */
    private NotFiniteException diagnosed(Dataset data, int[] order, int epoch, long firstStep) {
        return onDevice(() -> {
            workspace.control().readTotals();
            int from = (int) workspace.control().total(Trace.TOTAL_EXAMPLES); // what earlier steps had counted
            int count = Math.min(batchSize, order.length - from);
            int good = from / batchSize;
            load(data, order, from, count, firstStep + good + 1);
            Executable executable = workspace.executable(training(data, count));
            String where = new Diagnosis(model, workspace, executable).find(data, order, from, count);
            model.publish(workspace.weights());
            steps = firstStep + good;
            return new NotFiniteException("training stopped in epoch " + epoch + " at step " + (good + 1) + ": " + where
                    + "; the weights are those before this step");
        });
    }

    /** The gradients of the mean loss over all of {@code data} in one batch, by path; no dropout, no update. */
    public Map<String, float[]> gradients(Dataset data) {
        check(data);
        Workspace work = workspace();
        return onDevice(() -> {
            expectBetweenEpochs("gradients");
            model.readWeights(work.weights());
            work.prepare(data, data.size());
            int[] order = java.util.stream.IntStream.range(0, data.size()).toArray();
            work.batch().load(data, order, 0, data.size());
            Spec input = data.input().batched(data.size());
            Spec target = data.target().batched(data.size());
            work.control().reset();
            work.executable(Request.gradients(model.layer(), input, target, loss, Request.Gradients.PARAMETERS)
                            .withExampleWeights(data.weighted()))
                    .run();
            Map<String, float[]> gradients = new LinkedHashMap<>();
            model.layout().entries().keySet().forEach(path -> gradients.put(path, work.gradient(path)));
            return gradients;
        });
    }
}
