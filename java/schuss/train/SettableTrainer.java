package schuss.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import schuss.FormatException;
import schuss.Model;
import schuss.data.Dataset;
import schuss.data.augment.Augmentation;
import schuss.losses.Objective;
import schuss.metrics.Metric;
import schuss.metrics.Watched;
import schuss.optim.Group;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Schedule;
import schuss.trace.Goal;
import schuss.train.checkpoint.Checkpoints;
import schuss.train.loop.Loading;
import schuss.train.loop.Rates;
import schuss.train.loop.Settings;
import schuss.train.loop.Workspace;

/**
 * How a {@link Trainer} trains: all that can be set of it, and the {@link Settings} and the {@link Workspace} that come of
 * that. Users see one class only: its documentation has these methods too.
 */
abstract sealed class SettableTrainer permits Trainer {
    private static final System.Logger LOG = System.getLogger("schuss");

    private final Model model;
    private final List<Objective> objectives;
    private final Rates rates;
    private final List<Watched> metrics = new ArrayList<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private int batchSize = 128;
    private int epochs = 1;
    private long seed = 42;
    private Loading loading = Loading.PLAIN;
    private Dataset validation;
    private UpdateRule rule;
    private Workspace workspace; // from the first use on
    private boolean closed;
    private Path checkpointFolder;
    private int checkpointEvery;
    private int checkpointsKept;
    private Path resumeFolder; // until a fit has gone on from there
    private Consumer<String> notices = line -> LOG.log(System.Logger.Level.INFO, line);

    SettableTrainer(Model model, List<Objective> objectives, Optimizer optimizer) {
        this.model = model;
        this.objectives = List.copyOf(objectives);
        this.rates = new Rates(optimizer);
        this.rule = new UpdateRule(optimizer);
    }

    /** What updates do, as it is set now. */
    UpdateRule rule() {
        return rule;
    }

    /** This trainer, for one more setting. */
    abstract Trainer self();

    /** Examples per step; 128 unless set. */
    public Trainer batchSize(int size) {
        batchSize = atLeastOne("batch size", size);
        return self();
    }

    /** How often to go through the data; 1 unless set. */
    public Trainer epochs(int count) {
        epochs = atLeastOne("number of epochs", count);
        return self();
    }

    /** Draws the order of the data and the dropout masks; 42 unless set. */
    public Trainer seed(long value) {
        seed = value;
        return self();
    }

    /** The learning rate over time, as factors of the optimiser's; constant unless set. */
    public Trainer schedule(Schedule factors) {
        rates.setSchedule(factors);
        return self();
    }

    /**
     * The momentum over time: of SGD with momentum and RMSProp, beta1 of Adam and its kin.
     *
     * @throws IllegalArgumentException if the optimiser has none
     */
    public Trainer momentumSchedule(Schedule momentum) {
        rates.setMomentumSchedule(momentum);
        return self();
    }

    /** Lowers the learning rate, beside any schedule, when the validation loss no longer falls. */
    public Trainer reduceOnPlateau(ReduceOnPlateau settings) {
        rates.setPlateau(settings);
        if (workspace != null) {
            workspace.state().plateau = ReduceOnPlateau.State.START;
        }
        return self();
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
     * of an update that {@link Trainer#stop} cuts off are dropped.
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
        return self();
    }

    /**
     * All of the above at once.
     *
     * @throws IllegalArgumentException if the rule is for another optimiser than this trainer's
     */
    public Trainer update(UpdateRule value) {
        if (!value.optimizer().equals(rule.optimizer())) {
            throw new IllegalArgumentException(
                    "Trainer: expected a rule for " + rule.optimizer() + ", got one for " + value.optimizer());
        }
        rule = value;
        return self();
    }

    /** Changes every input at random before it is trained on, not what is evaluated; drawn from the {@link #seed}. */
    public Trainer augment(Augmentation augmentation) {
        loading = loading.with(augmentation);
        return self();
    }

    /**
     * Threads that read and {@link #augment} batches ahead of training, for data that takes its time: see
     * {@link Epoch#waiting}; where that is much, {@link #notices} tells. With 0, as unless set, the training thread reads each batch when it is due. The results are
     * the same, bit by bit.
     */
    public Trainer workers(int count) {
        loading = loading.withWorkers(count);
        return self();
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
        return self();
    }

    /** Data to evaluate after every epoch. */
    public Trainer validation(Dataset data) {
        validation = data;
        return self();
    }

    /** Somebody to tell how training goes. */
    public Trainer callback(Callback callback) {
        callbacks.add(callback);
        return self();
    }

    /** The same with the last two staying. */
    public Trainer checkpoint(Path folder, int everyBatches) {
        return checkpoint(folder, everyBatches, 2);
    }

    /**
     * Writes all that training goes on from to a file in a folder: after every so many batches, when {@link Trainer#stop}
     * ends {@code fit}, and at its end. Each appears whole or not at all. That changes no result. One that cannot be written is
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
        return self();
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
        return self();
    }

    /**
     * Who hears, in a line each, what is worth knowing of a fit: of its checkpoints, and of data that it must wait for; the
     * log of the platform unless set.
     */
    public Trainer notices(Consumer<String> listener) {
        notices = listener;
        return self();
    }

    static int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("Trainer: expected a " + what + " of at least 1, got " + value);
        }
        return value;
    }

    Model model() {
        return model;
    }

    /** What is set now. */
    public Settings settings() {
        return new Settings(
                model, new Goal(objectives, metrics), rule, batchSize, seed, rates, loading, epochs, validation);
    }

    Workspace workspace() {
        model.checkOpen();
        if (closed) {
            throw new IllegalStateException("Trainer: expected it open, got it closed");
        }
        if (workspace == null) {
            workspace =
                    model.own(new Workspace(model, rule.optimizer(), settings().goal()), this);
        }
        return workspace;
    }

    /** Gives the memory of training back; there is none before the first use. */
    void releaseWorkspace() {
        closed = true;
        if (workspace != null) {
            model.disown(workspace);
            workspace = null;
        }
    }

    List<Callback> callbacks() {
        return callbacks;
    }

    Checkpoints.Plan checkpoints() {
        return new Checkpoints.Plan(checkpointFolder, checkpointEvery, checkpointsKept, resumeFolder, notices);
    }

    /** A fit has gone on from the folder, if there was one: the next goes on from here. */
    void resumed() {
        resumeFolder = null;
    }
}
