package schuss.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import schuss.DType;
import schuss.Model;
import schuss.Philox;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Executable;
import schuss.data.Dataset;
import schuss.losses.Loss;
import schuss.metrics.Metric;
import schuss.optim.Group;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.program.Request;
import schuss.program.Trace;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Schedule;

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
    private final Rates rates;
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private int batchSize = 128;
    private int epochs = 1;
    private long seed = 42;
    private Dataset validation;
    private Workspace workspace;
    private UpdateRule rule;
    private long batchesDone;
    private long updates;
    private long averagedFrom; // the update before which averaging began
    private long totalUpdates; // at the end of this fit
    private int epochsDone;
    private int slice = 1; // steps between two looks at the flag, the clock and the callbacks
    private final AtomicBoolean fitting = new AtomicBoolean();
    private volatile boolean training; // an epoch is under way
    private volatile boolean stopped;

    private Trainer(Model model, Loss loss, Optimizer optimizer) {
        this.model = model;
        this.loss = loss;
        this.optimizer = optimizer;
        this.rates = new Rates(optimizer);
        this.rule = new UpdateRule(optimizer);
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

    /** The learning rate over time, as factors of the optimiser's; constant unless set. */
    public Trainer schedule(Schedule factors) {
        rates.setSchedule(factors);
        return this;
    }

    /**
     * The momentum over time: of SGD with momentum and RMSProp, beta1 of Adam and its kin.
     *
     * @throws IllegalArgumentException if the optimiser has none
     */
    public Trainer momentumSchedule(Schedule momentum) {
        rates.setMomentumSchedule(momentum);
        return this;
    }

    /** Lowers the learning rate, beside any schedule, when the validation loss no longer falls. */
    public Trainer reduceOnPlateau(ReduceOnPlateau settings) {
        rates.setPlateau(settings);
        return this;
    }

    /**
     * Limits the norm of all gradients together: g = g * norm / |g| where |g| is larger. How the rule changes between two
     * epochs, from {@code onEpoch} too, applies from the next on.
     */
    public Trainer clipNorm(double norm) {
        return update(rule.withClipNorm(norm));
    }

    /** Limits the absolute value of every gradient. */
    public Trainer clipValue(double value) {
        return update(rule.withClipValue(value));
    }

    /**
     * Makes one update of so many batches, with the mean over all their examples: what a batch so many times as large
     * would do, but for batch statistics. What is left of batches at an epoch's end makes an update of its own; gradients
     * of an update that {@link #stop} cuts off are dropped.
     */
    public Trainer accumulate(int batches) {
        return update(rule.withAccumulate(batches));
    }

    /** Adds factor * |w| to the loss for every weight; biases and normalisation parameters are left alone. */
    public Trainer l1(double factor) {
        return update(rule.withPenalties(factor, rule.l2()));
    }

    /** Adds factor / 2 * w * w to the loss for every weight, likewise. */
    public Trainer l2(double factor) {
        return update(rule.withPenalties(rule.l1(), factor));
    }

    /** Both penalties. */
    public Trainer elasticNet(double l1, double l2) {
        return update(rule.withPenalties(l1, l2));
    }

    /** Limits the norm of every unit's incoming weights. */
    public Trainer maxNorm(double norm) {
        return update(rule.withMaxNorm(norm));
    }

    /**
     * Predictions and validation see a moving average of the weights, a = decay * a + (1 - decay) * w after every update;
     * training goes on with the weights themselves.
     */
    public Trainer averageWeights(double decay) {
        return update(rule.withAverage(decay));
    }

    /** Predictions and validation see the mean of the weights after every update from now on. */
    public Trainer averageWeights() {
        return update(rule.withUniformAverage());
    }

    /** Settings for some parameters: {@code group("*bias", g -> g.withRate(2))}, see {@link Group}. */
    public Trainer group(String pattern, UnaryOperator<Group> settings) {
        return update(rule.withGroup(pattern, settings));
    }

    /** Leaves the parameters of these layers or paths as they are; {@code group} with false trains them again. */
    public Trainer freeze(String... patterns) {
        for (String pattern : patterns) {
            group(pattern, g -> g.withFrozen(true));
        }
        return this;
    }

    /**
     * All of the above at once.
     *
     * @throws IllegalArgumentException if the rule is for another optimiser than this trainer's
     */
    public Trainer update(UpdateRule value) {
        if (!value.optimizer().equals(optimizer)) {
            throw new IllegalArgumentException(
                    "Trainer: expected a rule for " + optimizer + ", got one for " + value.optimizer());
        }
        rule = value;
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
            follow();
            compile(data);
            return null;
        });
        totalUpdates = updates + (long) epochs * batches(data).updates();
        List<Epoch> history = new ArrayList<>();
        for (int i = 0; i < epochs && !stopped; i++) {
            Epoch epoch = epoch(data, epochsDone + 1, epochsDone - i + epochs);
            history.add(epoch);
            if (!stopped) {
                epochsDone++;
                rates.onEpoch(epoch.values());
                callbacks.forEach(c -> c.onEpoch(epoch));
            }
        }
        return new History(history);
    }

    /** Every kind of batch: what a layer refuses, it refuses before anything is trained. */
    private void compile(Dataset data) {
        Batches batches = batches(data);
        workspace.prepare(data, Math.min(batchSize, data.size()));
        int last = batches.count() - 1;
        Set<Request> requests = new LinkedHashSet<>();
        for (int batch = 0; batch <= Math.min(last, rule.accumulate() - 1); batch++) { // of the first update
            requests.add(training(data, batches, batch));
        }
        for (int batch = last / rule.accumulate() * rule.accumulate(); batch <= last; batch++) { // of the last
            requests.add(training(data, batches, batch));
        }
        requests.forEach(workspace::executable);
    }

    private Batches batches(Dataset data) {
        return new Batches(data.size(), Math.min(batchSize, data.size()), rule.accumulate());
    }

    /** Takes over the model's weights and the rule, where they have changed; on the device's thread. */
    private void follow() {
        boolean fresh = workspace.follow(model);
        if (workspace.use(rule) || fresh) {
            averagedFrom = updates;
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
        Batches batches = batches(data);
        training = true;
        onDevice(() -> {
            follow();
            work.prepare(data, batches.size());
            work.control().reset();
            return null;
        });
        long firstBatch = batchesDone;
        long firstUpdate = updates;
        long began = System.nanoTime();
        int done = 0;
        while (done < batches.count() && !stopped) {
            int from = done;
            int most = slice;
            long sliceBegan = System.nanoTime();
            done = onDevice(() -> run(data, batches, order, from, most));
            if (onDevice(work.control()::flagged)) {
                throw diagnosed(data, batches, order, number, firstBatch, firstUpdate);
            }
            onDevice(() -> {
                work.control().readTotals();
                return null;
            });
            double sliceSeconds = (System.nanoTime() - sliceBegan) / 1e9;
            slice = sliceSeconds < SLICE_SECONDS ? Math.min(2 * slice, MOST_STEPS) : Math.max(1, slice / 2);
            int examples = (int) Math.min((long) done * batches.size(), data.size());
            report(number, ofEpochs, examples, data.size(), (System.nanoTime() - began) / 1e9);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Map<String, Double> values = new LinkedHashMap<>(averages(""));
        onDevice(() -> {
            work.publish(model);
            return null;
        });
        training = false;
        if (validation != null && !stopped) {
            evaluate(validation).forEach((name, value) -> values.put("validation " + name, value));
        }
        return new Epoch(number, values, seconds, rates.rate());
    }

    /** Runs up to {@code most} batches from one on; on the device's thread. Returns the first that it left. */
    private int run(Dataset data, Batches batches, int[] order, int from, int most) {
        // by part, of the size at hand: looking them up allocates, a step must not
        Executable[] steps = new Executable[Request.Part.values().length];
        int compiled = 0;
        int batch = from;
        for (; batch < batches.count() && batch - from < most && !(stopped && batch > from); batch++) {
            int count = batches.examplesOf(batch);
            if (count != compiled) {
                Arrays.fill(steps, null);
                compiled = count;
            }
            int part = batches.part(batch).ordinal();
            if (steps[part] == null) {
                steps[part] = workspace.executable(training(data, batches, batch));
            }
            load(data, batches, order, batch, ++batchesDone);
            if (batches.isLast(batch)) {
                beginUpdate(batches);
                updates++;
            }
            steps[part].run();
        }
        return batch;
    }

    private void load(Dataset data, Batches batches, int[] order, int batch, long number) {
        workspace.batch().load(data, order, batch * batches.size(), batches.examplesOf(batch));
        workspace.control().beginBatch(seed & SEED_MASK, number);
    }

    /** Prepares the update that the batch at hand ends. */
    private void beginUpdate(Batches batches) {
        rates.begin(updates, batches.updates(), Math.max(totalUpdates, 1));
        workspace
                .control()
                .beginUpdate(
                        workspace.groups(), updates + 1, rates.rate(), rates.momentum(), updates + 1 - averagedFrom);
    }

    private Request training(Dataset data, Batches batches, int batch) {
        int count = batches.examplesOf(batch);
        return Request.training(
                        model.layer(),
                        data.input().batched(count),
                        data.target().batched(count),
                        loss,
                        metrics,
                        rule,
                        batches.part(batch))
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
            follow();
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

    /** Repeats the first batch that was refused and looks for where it went wrong. */
    private NotFiniteException diagnosed(
            Dataset data, Batches batches, int[] order, int epoch, long firstBatch, long firstUpdate) {
        return onDevice(() -> {
            workspace.control().readTotals();
            int from = (int) workspace.control().total(Trace.TOTAL_EXAMPLES); // what earlier batches had counted
            int good = from / batches.size();
            load(data, batches, order, good, firstBatch + good + 1);
            Executable executable = workspace.executable(training(data, batches, good));
            String where =
                    new Diagnosis(model, workspace, executable).find(data, order, from, batches.examplesOf(good));
            workspace.publish(model);
            batchesDone = firstBatch + good;
            updates = firstUpdate + good / batches.accumulate();
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
            follow();
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
            work.clearGradients();
            return gradients;
        });
    }
}
