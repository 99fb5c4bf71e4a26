package schuss.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import schuss.Model;
import schuss.Session;
import schuss.data.Dataset;
import schuss.data.augment.Augmentation;
import schuss.internal.Inside;
import schuss.losses.Loss;
import schuss.losses.Objective;
import schuss.metrics.Metric;
import schuss.metrics.Watched;
import schuss.optim.Group;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.schedules.ReduceOnPlateau;
import schuss.schedules.Schedule;
import schuss.train.checkpoint.Checkpoints;
import schuss.train.loop.EpochLoop;
import schuss.train.loop.Evaluation;
import schuss.train.loop.LogitsCheck;
import schuss.train.loop.OwnLoop;
import schuss.train.loop.Settings;
import schuss.train.loop.SharedTraining;

/**
 * Trains a model: goes through the data in a fresh order every epoch, makes one update of the weights per batch, and
 * evaluates validation data after every epoch.
 *
 * <pre>{@code
 * History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
 *     .withBatchSize(128)
 *     .withEpochs(5)
 *     .withMetric(new Accuracy())
 *     .withValidation(FashionMnist.test())
 *     .withProgress()
 *     .fit(FashionMnist.train());
 * }</pre>
 *
 * <p>A trainer never changes: every {@code withX} returns another one with that setting, for the same training. Trainers that
 * were made of one another share the optimiser's memory, so that each goes on where the last one ended: {@code
 * trainer.withFrozen().fit(data)} after {@code trainer.fit(data)} trains the same model further.
 *
 * <p>The same seed, data, batch size, device and number of threads give bit-identical weights. A second {@code fit} goes on
 * where the first one ended, with the optimiser's state.
 */
public final class Trainer implements AutoCloseable {
    static {
        Inside.show(Trainer.class, Settings.class, trainer -> trainer.settings);
        Inside.show(Trainer.class, SharedTraining.class, trainer -> trainer.shared);
    }

    private static final System.Logger LOG = System.getLogger("schuss");

    private final Settings settings;
    private final List<Callback> callbacks;
    private final Checkpoints.Plan checkpoints;
    private final SharedTraining shared;

    private Trainer(Settings settings, List<Callback> callbacks, Checkpoints.Plan checkpoints, SharedTraining shared) {
        this.settings = settings;
        this.callbacks = callbacks;
        this.checkpoints = checkpoints;
        this.shared = shared;
    }

    /** A trainer of a model with one output: batches of 128, one epoch, seed 42. */
    public static Trainer of(Model model, Loss loss, Optimizer optimizer) {
        return of(model, List.of(Objective.of(loss)), optimizer);
    }

    /**
     * A trainer of a model with several outputs, each of which has a loss of its own. Training minimises the sum of all
     * losses, each times its weight.
     *
     * <pre>{@code
     * Trainer.of(model, List.of(
     *         new Objective("kind", "kind", new SoftmaxCrossEntropy(), 1),
     *         new Objective("price", "price", new MeanSquaredError(), 0.5)),
     *     new Adam());
     * }</pre>
     *
     * @throws IllegalArgumentException if the network ends in a layer that the loss already contains, such as a softmax in
     *     front of {@code SoftmaxCrossEntropy}
     */
    public static Trainer of(Model model, List<Objective> objectives, Optimizer optimizer) {
        if (objectives.isEmpty()) {
            throw new IllegalArgumentException("Trainer: expected at least one loss, got none");
        }
        LogitsCheck.check(model, objectives);
        Settings settings = Settings.of(model, objectives, optimizer);
        Checkpoints.Plan none = Checkpoints.Plan.none(line -> LOG.log(System.Logger.Level.INFO, line));
        return new Trainer(settings, List.of(), none, new SharedTraining(model));
    }

    private Trainer with(Settings other) {
        return new Trainer(other, callbacks, checkpoints, shared);
    }

    private Trainer with(Checkpoints.Plan other) {
        return new Trainer(settings, callbacks, other, shared);
    }

    /** The number of examples in a batch, which makes one update of the weights; 128 unless set. */
    public Trainer withBatchSize(int size) {
        return with(settings.withBatchSize(atLeastOne("batch size", size)));
    }

    /** How many times {@code fit} goes through the data; once unless set. */
    public Trainer withEpochs(int count) {
        return with(settings.withEpochs(atLeastOne("number of epochs", count)));
    }

    /** The seed from which the order of the data, dropout masks and augmentation are drawn; 42 unless set. */
    public Trainer withSeed(long seed) {
        return with(settings.withSeed(seed));
    }

    /** The learning rate over time, as factors of the optimiser's rate; constant unless set. */
    public Trainer withSchedule(Schedule factors) {
        return with(settings.withRates(settings.rates().withSchedule(factors)));
    }

    /**
     * The momentum over time: of SGD with momentum and RMSProp, and beta1 of Adam and its kin.
     *
     * @throws IllegalArgumentException if the optimiser has none
     */
    public Trainer withMomentumSchedule(Schedule momentum) {
        return with(settings.withRates(settings.rates().withMomentumSchedule(momentum)));
    }

    /** Lowers the learning rate when the validation loss no longer falls. A schedule still applies. */
    public Trainer withReduceOnPlateau(ReduceOnPlateau plateau) {
        return with(settings.withRates(settings.rates().withPlateau(plateau)));
    }

    /** Limits the norm of all gradients together: g = g * norm / |g| where |g| is larger. */
    public Trainer withClipNorm(double norm) {
        return withUpdateRule(rule().withClipNorm(norm));
    }

    /** Limits the absolute value of every gradient. */
    public Trainer withClipValue(double value) {
        return withUpdateRule(rule().withClipValue(value));
    }

    /**
     * Makes one update of several batches, with the mean gradient over all their examples: the same as one batch that is so
     * many times as large, but for batch statistics. Batches that are left over at the end of an epoch make an update of
     * their own. If {@link #stop} comes in the middle of an update, its gradients are dropped.
     */
    public Trainer withAccumulation(int batches) {
        return withUpdateRule(rule().withAccumulate(batches));
    }

    /** Adds factor * |w| to the loss for every weight, but not for biases and normalisation parameters. */
    public Trainer withL1(double factor) {
        return withUpdateRule(rule().withPenalties(factor, rule().l2()));
    }

    /** Adds factor / 2 * w * w to the loss for every weight, but not for biases and normalisation parameters. */
    public Trainer withL2(double factor) {
        return withUpdateRule(rule().withPenalties(rule().l1(), factor));
    }

    /** Limits the norm of every unit's incoming weights after each update. */
    public Trainer withMaxNorm(double norm) {
        return withUpdateRule(rule().withMaxNorm(norm));
    }

    /**
     * Lets predictions and validation use a moving average of the weights, a = decay * a + (1 - decay) * w after every
     * update. Training itself goes on with the weights. The average remembers about 1 / (1 - decay) updates.
     */
    public Trainer withAverageWeights(double decay) {
        return withUpdateRule(rule().withAverage(decay));
    }

    /** Lets predictions and validation use the mean of the weights after every update from now on. */
    public Trainer withAverageWeights() {
        return withUpdateRule(rule().withUniformAverage());
    }

    /** Settings for some of the parameters: {@code withGroup("*bias", g -> g.withRate(2))}, see {@link Group}. */
    public Trainer withGroup(String pattern, UnaryOperator<Group> change) {
        return withUpdateRule(rule().withGroup(pattern, change));
    }

    /**
     * Leaves the parameters of these layers or paths as they are, as for fine-tuning. {@code withGroup(pattern, g ->
     * g.withFrozen(false))} trains them again.
     */
    public Trainer withFrozen(String... patterns) {
        Trainer frozen = this;
        for (String pattern : patterns) {
            frozen = frozen.withGroup(pattern, g -> g.withFrozen(true));
        }
        return frozen;
    }

    /**
     * All of the settings between gradients and the next weights at once: clipping, accumulation, penalties, limits of norms,
     * averages, groups.
     *
     * @throws IllegalArgumentException if the rule is for another optimiser than this trainer's
     */
    public Trainer withUpdateRule(UpdateRule rule) {
        if (!rule.optimizer().equals(rule().optimizer())) {
            throw new IllegalArgumentException(
                    "Trainer: expected a rule for " + rule().optimizer() + ", got one for " + rule.optimizer());
        }
        return with(settings.withRule(rule));
    }

    /** Changes every training image at random before it is trained on. Evaluated images stay as they are. */
    public Trainer withAugmentation(Augmentation augmentation) {
        return with(settings.withLoading(settings.loading().with(augmentation)));
    }

    /**
     * The number of threads that read and augment batches ahead of training, for data that takes its time; see
     * {@link Epoch#waiting}. With 0, the default, the training thread reads each batch when it is due. The results are the
     * same, bit by bit.
     */
    public Trainer withWorkers(int count) {
        return with(settings.withLoading(settings.loading().withWorkers(count)));
    }

    /** One more number to watch, computed on training and validation data in every epoch. */
    public Trainer withMetric(Metric metric) {
        return withMetric(Watched.of(metric));
    }

    /** A metric of a named output and target: {@code new Watched("price error", "price", "price", metric)}. */
    public Trainer withMetric(Watched metric) {
        return with(settings.withMetric(metric));
    }

    /** Data that is evaluated after every epoch. */
    public Trainer withValidation(Dataset data) {
        return with(settings.withValidation(data));
    }

    /** One more listener, which hears how training goes and may stop it. */
    public Trainer withCallback(Callback callback) {
        List<Callback> more = new ArrayList<>(callbacks);
        more.add(callback);
        return new Trainer(settings, List.copyOf(more), checkpoints, shared);
    }

    /**
     * Shows on standard error how training goes: a bar while an epoch runs, if that is a terminal and the library {@code
     * me.tongfei:progressbar} is on the class path, and one line after each epoch. See {@link ConsoleProgress}.
     */
    public Trainer withProgress() {
        return withCallback(new ConsoleProgress());
    }

    /** {@link #withCheckpoints(Path, int, int)} that keeps the last two. */
    public Trainer withCheckpoints(Path folder, int everyBatches) {
        return withCheckpoints(folder, everyBatches, 2);
    }

    /**
     * Writes everything that training needs to go on to a file in a folder: after every so many batches, when {@link #stop}
     * ends {@code fit}, and at its end. Each file appears whole or not at all. Checkpoints change no result. One that cannot
     * be written is reported ({@link #withNotices}) and training goes on.
     *
     * <pre>{@code
     * // the same line begins and, after a crash, goes on
     * trainer.withCheckpoints(folder, 1000).withResume(folder).fit(data);
     * }</pre>
     *
     * @param folder is made if it does not exist; a {@code fit} that does not {@link #withResume resume} from it refuses a
     *     folder that holds checkpoints already
     * @param kept how many of the last checkpoints stay; with one, a file that the disk has damaged ends the training. For
     *     the best model by a metric there is {@link SaveBest}
     */
    public Trainer withCheckpoints(Path folder, int everyBatches, int kept) {
        atLeastOne("number of batches between checkpoints", everyBatches);
        atLeastOne("number of checkpoints to keep", kept);
        return with(new Checkpoints.Plan(folder, everyBatches, kept, checkpoints.resume(), checkpoints.notices()));
    }

    /**
     * Has {@code fit} go on from the newest checkpoint in a folder, to the same weights, bit by bit, as if training had never
     * been interrupted: on the same machine, with the same network, settings, data and number of threads. The history is
     * that of both. Callbacks whose memory decides on the result, such as {@link EarlyStopping}, go on with it
     * ({@link Callback#state}); others begin anew. A damaged checkpoint is skipped. If there are none, training starts
     * afresh. {@code fit} fails with a {@link schuss.FormatException} if the checkpoint is of other settings, or all are
     * damaged. A second {@code fit} of the same trainer goes on from
     * where the first one ended.
     */
    public Trainer withResume(Path folder) {
        Checkpoints.Resume resume = new Checkpoints.Resume(folder);
        return with(checkpoints.withResume(resume));
    }

    /**
     * Who hears, one line at a time, what is worth knowing of a fit: about its checkpoints, and about data that it must wait
     * for. It is the platform's log unless set.
     */
    public Trainer withNotices(Consumer<String> listener) {
        return with(checkpoints.withNotices(listener));
    }

    private static int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("Trainer: expected a " + what + " of at least 1, got " + value);
        }
        return value;
    }

    private UpdateRule rule() {
        return settings.rule();
    }

    /** The model that is trained. */
    public Model model() {
        return settings.model();
    }

    /**
     * Trains for the set number of epochs. Afterwards the model's predictions are what the loss makes of its outputs:
     * probabilities after a loss on logits.
     *
     * @return what every epoch came to
     * @throws NotFiniteException if a loss, a gradient, a running statistic or an update is not finite; the model keeps the
     *     weights before that step, or, if the update itself went wrong, those of the last epoch
     * @throws IllegalArgumentException if the data does not fit the model
     */
    public History fit(Dataset data) {
        return shared.fit(this, data, callbacks, checkpoints);
    }

    /**
     * Fails as {@link #fit} would before it trains on any of these data sets: if one does not fit the model, or a layer
     * refuses a batch. Useful before several long fits, such as the folds of a cross-validation.
     *
     * @throws IllegalArgumentException naming what does not fit, and, if a last batch is too small, a batch size that works
     */
    public void check(Dataset... all) {
        settings.checkAll(all);
    }

    /** Ends {@code fit} after the current batch; may be called from any thread. Interrupting the fitting thread does the same. */
    public void stop() {
        shared.stop();
    }

    /** Whether {@link #stop} ended the last {@code fit}. */
    public boolean isStopped() {
        return shared.isStopped();
    }

    /** The newest checkpoint that this training has written or gone on from. */
    public Optional<Path> checkpointed() {
        return shared.checkpointed();
    }

    /**
     * Mean loss and metrics of all examples, without dropout, with the weights that predictions use.
     *
     * @return values by name: {@code loss}, {@code accuracy}
     * @throws IllegalArgumentException if the data does not fit the model, or has a label that the loss has no class for
     */
    public Map<String, Double> evaluate(Dataset data) {
        return evaluation(data).means();
    }

    /** The gradients of the mean loss over all of {@code data} in one batch, by path; without dropout and without an update. */
    public Map<String, float[]> gradients(Dataset data) {
        return evaluation(data).gradients();
    }

    private Evaluation evaluation(Dataset data) {
        settings.check(data);
        return new Evaluation(settings, shared.workspace(settings), data);
    }

    /**
     * One step of this trainer, for a training loop of your own: set the inputs and targets of a batch by name, then run.
     * Each run is an update with the trainer's loss, optimiser and rule, bit for bit the one that {@code fit} makes.
     * {@link #publish} makes predictions see the new weights. Close the session when you are done.
     *
     * <pre>{@code
     * try (Session step = trainer.session(32)) {
     *     for (int i = 0; i < pixels.length; i++) { // each element holds 32 examples
     *         float loss = step.set("input", pixels[i]).set("target", labels[i]).run().number("loss");
     *     }
     * }
     * trainer.publish();
     * }</pre>
     *
     * <p>A batch whose gradients are not finite leaves the weights as they are; its loss says so. {@link #withAccumulation
     * Accumulation} is for {@code fit} only.
     *
     * @param batch the number of examples in every run
     */
    public Session session(int batch) {
        return session(batch, 1);
    }

    /**
     * {@link #session(int)} for a trainer whose schedule counts epochs.
     *
     * @param updates the number of runs that make an epoch
     */
    public Session session(int batch, int updates) {
        atLeastOne("batch", batch);
        atLeastOne("number of updates", updates);
        return new OwnLoop(settings, shared.workspace(settings), updates).session(batch);
    }

    /**
     * Makes predictions see the weights as the runs of a {@link #session} have left them.
     *
     * @throws NotFiniteException if the weights are not finite; predictions go on with those before
     */
    public void publish() {
        settings.onDevice(() -> {
            var work = shared.workspace(settings);
            work.publish(model(), "after update " + work.state().updates);
        });
    }

    /** The order in which {@code fit} takes this many examples in an epoch; epochs count from 1. */
    public int[] order(int epoch, int examples) {
        return EpochLoop.order(settings.seed(), epoch, new int[examples]);
    }

    /**
     * Frees what training needs beside the model: gradients, the optimiser's numbers, memory for activations. It also ends the
     * trainers that were made of this one. Closing the model frees it as well, and so does, some time later, forgetting the
     * trainer.
     *
     * @throws IllegalStateException while it fits
     */
    @Override
    public void close() {
        shared.close();
    }
}
