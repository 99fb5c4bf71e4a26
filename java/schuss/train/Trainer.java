package schuss.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import schuss.Model;
import schuss.Session;
import schuss.data.Augmentation;
import schuss.data.Dataset;
import schuss.io.FormatException;
import schuss.losses.Loss;
import schuss.losses.Objective;
import schuss.losses.Prediction;
import schuss.metrics.Metric;
import schuss.metrics.Watched;
import schuss.optim.Group;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Schedule;
import schuss.trace.Goal;

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
 * goes on where it ended, with the optimiser's state. An epoch keeps the batch size, the seed and the update rule that it
 * began with: what changes of them meanwhile, or from {@code onEpoch}, applies from the next on.
 */
public final class Trainer {
    private static final System.Logger LOG = System.getLogger("schuss");

    private final Model model;
    private final List<Objective> objectives;
    private final Optimizer optimizer;
    private final Rates rates;
    private final List<Watched> metrics = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private final AtomicBoolean fitting = new AtomicBoolean();
    private int batchSize = 128;
    private int epochs = 1;
    private long seed = 42;
    private Loading loading = Loading.PLAIN;
    private Dataset validation;
    private UpdateRule rule;
    private Workspace workspace; // from the first use on
    private Path checkpointFolder;
    private int checkpointEvery;
    private int checkpointsKept;
    private Path resumeFolder; // until a fit has gone on from there
    private Consumer<String> notices = line -> LOG.log(System.Logger.Level.INFO, line);
    private Path checkpointed;
    private volatile Fit fit; // while one runs
    private volatile boolean stopped;

    private Trainer(Model model, List<Objective> objectives, Optimizer optimizer) {
        this.model = model;
        this.objectives = List.copyOf(objectives);
        this.optimizer = optimizer;
        this.rates = new Rates(optimizer);
        this.rule = new UpdateRule(optimizer);
    }

    public static Trainer of(Model model, Loss loss, Optimizer optimizer) {
        return of(model, List.of(Objective.of(loss)), optimizer);
    }

    /**
     * {@link #of(Model, Loss, Optimizer)} for a model of several outputs, each with a loss of its own; what is made small is
     * the sum of all, each times its weight.
     *
     * <pre>{@code
     * Trainer.of(model, List.of(
     *         new Objective("kind", "kind", new SoftmaxCrossEntropy(), 1),
     *         new Objective("price", "price", new MeanSquaredError(), 0.5)),
     *     new Adam());
     * }</pre>
     */
    public static Trainer of(Model model, List<Objective> objectives, Optimizer optimizer) {
        if (objectives.isEmpty()) {
            throw new IllegalArgumentException("Trainer: expected at least one loss, got none");
        }
        return new Trainer(model, objectives, optimizer);
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
        if (workspace != null) {
            workspace.state().plateau = ReduceOnPlateau.State.START;
        }
        return this;
    }

    /** Limits the norm of all gradients together: g = g * norm / |g| where |g| is larger. */
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

    /** Changes every input at random before it is trained on, not what is evaluated; drawn from the {@link #seed}. */
    public Trainer augment(Augmentation augmentation) {
        loading = loading.with(augmentation);
        return this;
    }

    /**
     * Threads that read and {@link #augment} batches ahead of training, for data that takes its time: see
     * {@link Epoch#waiting}; where that is much, {@link #notices} tells. With 0, as unless set, the training thread reads each batch when it is due. The results are
     * the same, bit by bit.
     */
    public Trainer workers(int count) {
        loading = loading.withWorkers(count);
        return this;
    }

    /** One more number to watch. */
    public Trainer metric(Metric metric) {
        return metric(Watched.of(metric));
    }

    /** {@link #metric(Metric)} of an output and a target by name: {@code new Watched("price error", "price", "price", metric)}. */
    public Trainer metric(Watched metric) {
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

    /** The same with the last two staying. */
    public Trainer checkpoint(Path folder, int everyBatches) {
        return checkpoint(folder, everyBatches, 2);
    }

    /**
     * Writes all that training goes on from to a file in a folder: after every so many batches, when {@link #stop} ends
     * {@code fit}, and at its end. Each appears whole or not at all. That changes no result. One that cannot be written is
     * told ({@link #notices}) and training goes on.
     *
     * <pre>{@code
     * trainer.checkpoint(folder, 1000).resume(folder).fit(data); // the same line begins and, after a crash, goes on
     * }</pre>
     *
     * @param folder made where there is none; a {@code fit} that does not {@link #resume} from there refuses one that
     *     holds checkpoints
     * @param kept how many of the last stay; with one, a file that the disk has damaged is the end. For the best by a
     *     metric there is {@link SaveBest}
     */
    public Trainer checkpoint(Path folder, int everyBatches, int kept) {
        checkpointEvery = atLeastOne("number of batches between checkpoints", everyBatches);
        checkpointsKept = atLeastOne("number of checkpoints to keep", kept);
        checkpointFolder = folder;
        return this;
    }

    /**
     * Has the next {@code fit} go on from the newest checkpoint in a folder, to the same weights, bit by bit, as if it
     * had never been interrupted: on the same machine, with the same network, settings, data and number of threads. It
     * returns the history of both. Callbacks whose memory decides on the result, as {@link EarlyStopping}'s does, go on with
     * it ({@link Callback#state}); others begin anew. A damaged checkpoint is skipped; where there are none, training starts afresh.
     * {@code fit} fails with a {@link FormatException} where the checkpoint is of other settings, or all are damaged.
     */
    public Trainer resume(Path folder) {
        resumeFolder = folder;
        return this;
    }

    /**
     * Who hears, in a line each, what is worth knowing of a fit: of its checkpoints, and of data that it must wait for; the
     * log of the platform unless set.
     */
    public Trainer notices(Consumer<String> listener) {
        notices = listener;
        return this;
    }

    /** The newest checkpoint that this trainer has written or gone on from. */
    public Optional<Path> checkpointed() {
        return Optional.ofNullable(checkpointed);
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
        Settings settings = settings();
        settings.check(data);
        if (!fitting.compareAndSet(false, true)) {
            throw new IllegalStateException("Trainer: expected one fit at a time, got another before its end");
        }
        try {
            stopped = false;
            loading.augmenter(data, seed, 0); // refuses what are no pictures
            if (validation != null) {
                settings.check(validation);
            }
            Map<String, Prediction> predictions = new TreeMap<>();
            objectives.forEach(o -> predictions.put(o.output(), o.loss().prediction()));
            model.setPredictions(predictions);
            fit = new Fit(
                    this,
                    data,
                    callbacks,
                    new Checkpoints.Plan(checkpointFolder, checkpointEvery, checkpointsKept, resumeFolder, notices));
            return fit.run();
        } finally {
            if (fit != null && fit.checkpointed() != null) {
                checkpointed = fit.checkpointed();
            }
            fit = null;
            fitting.set(false);
        }
    }

    /** A fit has gone on from the folder, if there was one: the next goes on from here. */
    void resumed() {
        resumeFolder = null;
    }

    /**
     * A step of this trainer for a training loop of one's own: set the inputs and targets of a batch by name, run. Each run
     * is an update with the trainer's loss, optimiser and rule, as {@code fit} makes one; {@link #publish} has predictions
     * see what they have come to. Whoever asks closes it.
     *
     * <pre>{@code
     * try (Session step = trainer.session(32)) {
     *     for (Batch batch : batches) {
     *         step.set("input", batch.pixels()).set("target", batch.labels()).run();
     *         System.out.println(step.number("loss"));
     *     }
     * }
     * trainer.publish();
     * }</pre>
     *
     * <p>Batches that share an update ({@link #accumulate}) are for {@code fit} only.
     *
     * @param batch examples of every run
     */
    public Session session(int batch) {
        return session(batch, 1);
    }

    /**
     * {@link #session(int)} where a {@link #schedule} counts epochs.
     *
     * @param updates so many runs are an epoch
     */
    public Session session(int batch, int updates) {
        atLeastOne("batch", batch);
        atLeastOne("number of updates", updates);
        return new OwnLoop(this, updates).session(batch);
    }

    /** Whether an epoch of {@code fit} is under way. */
    boolean isFitting() {
        Fit running = fit;
        return running != null && running.inEpoch();
    }

    /** Has predictions see the weights as the runs of a {@link #session} have left them. */
    public void publish() {
        settings().onDevice(() -> workspace().state().publish(model));
    }

    /** The order in which {@code fit} takes so many examples in an epoch, counted from 1. */
    public int[] order(int epoch, int examples) {
        return EpochLoop.order(seed, epoch, new int[examples]);
    }

    /**
     * Mean loss and metrics of all examples, without dropout, with the weights that predictions see.
     *
     * @return values by name: {@code loss}, {@code accuracy}
     * @throws IllegalArgumentException when the data does not fit the model, or has a label that the loss has no class for
     */
    public Map<String, Double> evaluate(Dataset data) {
        return betweenEpochs("evaluate", data, Evaluation::means);
    }

    /** The gradients of the mean loss over all of {@code data} in one batch, by path; no dropout, no update. */
    public Map<String, float[]> gradients(Dataset data) {
        return betweenEpochs("gradients", data, Evaluation::gradients);
    }

    /**
     * Whether the model can learn a few examples by heart: what to try first, for one that cannot has a mistake somewhere.
     * Trains a copy; dropout and penalties can be in the way.
     *
     * @param count how many of the first examples; 20 is a good number
     */
    public OverfitReport overfit(Dataset data, int count) {
        return OverfitReport.of(this, model, data.take(count));
    }

    /**
     * Compares gradients with finite differences: for layers, losses and ops of one's own. A copy of the model computes on
     * the reference device, slowly: take a small network and a few examples. Kernels registered with a device are not known
     * to others: who has some makes the model on a {@code Device.reference()}, which is then used itself.
     *
     * @param data a few examples, in one batch
     */
    public GradientCheck gradientCheck(Dataset data) {
        return GradientCheck.of(model, settings().goal(), data);
    }

    /** A trainer like this one, of a copy of the model, without metrics, validation, schedules and callbacks. */
    Trainer of(Model copy) {
        return new Trainer(copy, objectives, optimizer)
                .update(rule)
                .batchSize(batchSize)
                .seed(seed);
    }

    Model model() {
        return model;
    }

    double learningRate() {
        return optimizer.learningRate();
    }

    /** How many examples an update is made of. */
    int examplesPerUpdate() {
        return Math.multiplyExact(batchSize, rule.accumulate());
    }

    long seed() {
        return seed;
    }

    /** Computes something; fails inside an epoch, whose weights and totals are still being made. */
    private <T> T betweenEpochs(String what, Dataset data, Function<Evaluation, T> wanted) {
        Settings settings = settings();
        settings.check(data);
        Workspace work = workspace();
        return settings.onDevice(() -> {
            if (isFitting()) {
                throw new IllegalStateException(
                        "Trainer: expected " + what + " between epochs, as in onEpoch, got it while one runs");
            }
            work.follow(model, settings.rule());
            return wanted.apply(new Evaluation(settings, work, data));
        });
    }

    Settings settings() {
        return new Settings(
                model, new Goal(objectives, metrics), rule, batchSize, seed, rates, loading, epochs, validation);
    }

    Workspace workspace() {
        model.checkOpen();
        if (workspace == null) {
            workspace = model.own(new Workspace(model, optimizer, settings().goal()));
        }
        return workspace;
    }
}
