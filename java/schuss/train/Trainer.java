package schuss.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import schuss.Model;
import schuss.Session;
import schuss.data.Dataset;
import schuss.layers.LayerException;
import schuss.losses.Loss;
import schuss.losses.Objective;
import schuss.losses.OutputActivation;
import schuss.optim.Optimizer;
import schuss.train.checkpoint.CheckpointFolder;
import schuss.train.loop.EpochLoop;
import schuss.train.loop.Evaluation;
import schuss.train.loop.Fit;
import schuss.train.loop.Job;
import schuss.train.loop.LogitsCheck;
import schuss.train.loop.OwnLoop;
import schuss.train.loop.Settings;

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
public final class Trainer extends SettableTrainer implements AutoCloseable {
    private volatile boolean fitting;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private Path checkpointed;

    private Trainer(Model model, List<Objective> objectives, Optimizer optimizer) {
        super(model, objectives, optimizer);
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
     *
     * @throws IllegalArgumentException where the network ends in what a loss does itself, such as a softmax in front of
     *     {@code SoftmaxCrossEntropy}
     */
    public static Trainer of(Model model, List<Objective> objectives, Optimizer optimizer) {
        if (objectives.isEmpty()) {
            throw new IllegalArgumentException("Trainer: expected at least one loss, got none");
        }
        LogitsCheck.check(model, objectives);
        return new Trainer(model, objectives, optimizer);
    }

    /** A trainer like this one, of a copy of the model, without metrics, validation, schedules and callbacks. */
    public Trainer of(Model copy) {
        Settings settings = settings();
        return of(copy, settings.goal().objectives(), settings.rule().optimizer())
                .update(settings.rule())
                .batchSize(settings.batchSize())
                .seed(settings.seed());
    }

    @Override
    Trainer self() {
        return this;
    }

    /**
     * Trains for the set number of epochs.
     *
     * @throws NotFiniteException when a loss, a gradient, what a layer's state follows or what an update makes is not finite;
     *     the model keeps the weights before that step, or where the update itself went wrong those of the last epoch
     * @throws IllegalArgumentException when the data does not fit the model
     */
    public History fit(Dataset data) {
        Settings settings = settings();
        settings.check(data);
        settings.expectParameters();
        settings.model().beginFit();
        fitting = true;
        try {
            stopped.set(false);
            settings.loading().augmenter(data, settings.seed(), 0); // refuses what are no images
            if (settings.validation() != null) {
                settings.check(settings.validation());
            }
            Map<String, OutputActivation> predictions = new TreeMap<>();
            settings.goal()
                    .objectives()
                    .forEach(o -> predictions.put(o.output(), o.loss().prediction()));
            settings.model().setPredictions(predictions);
            return fitted(new Fit(this::settings, workspace(), data, callbacks(), checkpoints(), stopped));
        } finally {
            fitting = false;
            settings.model().endFit();
        }
    }

    /**
     * Fails as {@link #fit} would before it trains on any of these: where data does not fit the model, or a layer refuses a
     * batch. For several fits that are to come, such as those of folds, before the first of them takes its time.
     *
     * @throws IllegalArgumentException naming what does not fit, and where a last batch is too small a batch size that does for
     *     all
     */
    public void check(Dataset... all) {
        Settings settings = settings();
        settings.expectParameters();
        for (Dataset data : all) {
            settings.check(data);
            for (Job job : settings.trainings(data)) {
                try {
                    settings.model().declarations().expectSame(job.maker().get().declarations());
                } catch (LayerException e) {
                    throw settings.explained(e, all);
                }
            }
        }
    }

    private History fitted(Fit fit) {
        try (fit) {
            Optional<CheckpointFolder.Found> found = fit.prepare();
            resumed();
            return fit.run(found);
        } finally {
            if (fit.checkpointed() != null) {
                checkpointed = fit.checkpointed();
            }
        }
    }

    /** Ends {@code fit} after the current batch, as interrupting its thread soon does; from any thread. */
    public void stop() {
        stopped.set(true);
    }

    /**
     * Gives back what training needs beside the model: gradients, the optimiser's numbers, memory for activations. Closing
     * the model does so too, and so does forgetting the trainer, some time later.
     *
     * @throws IllegalStateException while it fits
     */
    @Override
    public void close() {
        if (fitting) {
            throw new IllegalStateException("Trainer: expected close after the end of fit, got it before");
        }
        releaseWorkspace();
    }

    /** Whether {@link #stop} ended the last {@code fit}. */
    public boolean isStopped() {
        return stopped.get();
    }

    /** The newest checkpoint that this trainer has written or gone on from. */
    public Optional<Path> checkpointed() {
        return Optional.ofNullable(checkpointed);
    }

    /**
     * A step of this trainer for a training loop of one's own: set the inputs and targets of a batch by name, run. Each run
     * is an update with the trainer's loss, optimiser and rule, as {@code fit} makes one; {@link #publish} has predictions
     * see what they have come to. Whoever asks closes it.
     *
     * <pre>{@code
     * try (Session step = trainer.session(32)) {
     *     for (int i = 0; i < pixels.length; i++) { // each of 32 examples
     *         float loss = step.set("input", pixels[i]).set("target", labels[i]).run().number("loss");
     *     }
     * }
     * trainer.publish();
     * }</pre>
     *
     * <p>A batch whose gradients are not finite leaves the weights as they are; its loss says so. A session is for the
     * settings that it was made with: after {@link #freeze} or another change of the update, ask for a new one. Batches
     * that share an update ({@link #accumulate}) are for {@code fit} only.
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
        return new OwnLoop(settings(), workspace(), updates, this::rule).session(batch);
    }

    /**
     * Has predictions see the weights as the runs of a {@link #session} have left them.
     *
     * @throws NotFiniteException where these are not finite; predictions go on with those that they see
     */
    public void publish() {
        settings()
                .onDevice(() -> workspace()
                        .publish(model(), "after update " + workspace().state().updates));
    }

    /** The order in which {@code fit} takes so many examples in an epoch, counted from 1. */
    public int[] order(int epoch, int examples) {
        return EpochLoop.order(settings().seed(), epoch, new int[examples]);
    }

    /**
     * Mean loss and metrics of all examples, without dropout, with the weights that predictions see.
     *
     * @return values by name: {@code loss}, {@code accuracy}
     * @throws IllegalArgumentException when the data does not fit the model, or has a label that the loss has no class for
     */
    public Map<String, Double> evaluate(Dataset data) {
        return evaluation(data).means();
    }

    /** The gradients of the mean loss over all of {@code data} in one batch, by path; no dropout, no update. */
    public Map<String, float[]> gradients(Dataset data) {
        return evaluation(data).gradients();
    }

    private Evaluation evaluation(Dataset data) {
        Settings settings = settings();
        settings.check(data);
        return new Evaluation(settings, workspace(), data);
    }
}
