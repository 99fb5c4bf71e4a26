package schuss.train.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import schuss.Model;
import schuss.backend.runtime.ModelMemory;
import schuss.data.Dataset;
import schuss.internal.Inside;
import schuss.losses.OutputActivation;
import schuss.schedules.ReduceOnPlateau;
import schuss.trace.Goal;
import schuss.train.Callback;
import schuss.train.History;
import schuss.train.Trainer;
import schuss.train.checkpoint.CheckpointFolder;
import schuss.train.checkpoint.Checkpoints;

/**
 * How far the training of a model is, and its memory. All trainers that were made of one another by other settings have one
 * in common: each goes on where the last one ended.
 */
public final class SharedTraining {
    private final Model model;
    private final ModelMemory memory;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private volatile boolean fitting;
    private boolean closed;
    private Workspace workspace; // from the first use on
    private Goal goal; // of the workspace
    private ReduceOnPlateau plateau; // whose state the workspace has
    private Path checkpointed;
    private Checkpoints.Resume resumed; // what has been fulfilled

    public SharedTraining(Model model) {
        this.model = model;
        memory = Inside.of(model, ModelMemory.class);
    }

    /** Trains as a trainer is set. */
    public History fit(Trainer trainer, Dataset data, List<Callback> callbacks, Checkpoints.Plan plan) {
        Settings settings = Inside.of(trainer, Settings.class);
        settings.check(data);
        settings.expectParameters();
        memory.beginFit();
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
            model.setPredictions(predictions);
            Workspace work = workspace(settings);
            if (settings.rates().plateau() != plateau) {
                plateau = settings.rates().plateau();
                work.state().plateau = ReduceOnPlateau.State.START;
            }
            FitInProgress training = new FitInProgress(trainer, this, work, data);
            // once gone on from there, the next fit goes on from here
            if (plan.resume() != null && plan.resume() == resumed) {
                plan.notices()
                        .accept("training goes on where its last fit ended; withResume again begins at the checkpoint");
            }
            Checkpoints.Plan once = plan.resume() == resumed ? plan.withResume(null) : plan;
            return fitted(new Fit(training, work, callbacks, once, stopped), once);
        } finally {
            fitting = false;
            memory.endFit();
        }
    }

    private History fitted(Fit fit, Checkpoints.Plan plan) {
        try (fit) {
            Optional<CheckpointFolder.Found> found = fit.prepare();
            resumed = plan.resume() == null ? resumed : plan.resume();
            return fit.run(found);
        } finally {
            if (fit.checkpointed() != null) {
                checkpointed = fit.checkpointed();
            }
        }
    }

    /** The memory for training with these settings. */
    public Workspace workspace(Settings settings) {
        memory.checkOpen();
        if (closed) {
            throw new IllegalStateException("Trainer: expected it open, got it closed");
        }
        if (workspace == null) {
            goal = settings.goal();
            workspace = memory.own(new Workspace(model, settings.rule().optimizer(), goal), this);
        }
        expectGoal(settings.goal());
        return workspace;
    }

    /** Fails where training has begun with other metrics: the memory for their sums is made once. */
    void expectGoal(Goal wanted) {
        if (!wanted.equals(goal)) {
            throw new IllegalStateException("Trainer: expected the metrics that training began with, " + names(goal)
                    + ", got " + names(wanted));
        }
    }

    private static List<String> names(Goal goal) {
        return goal.metrics().stream().map(m -> m.name()).toList();
    }

    /** Ends a fit after the current batch. */
    public void stop() {
        stopped.set(true);
    }

    /** Whether {@link #stop} ended the last fit. */
    public boolean isStopped() {
        return stopped.get();
    }

    /** The newest checkpoint that was written or gone on from. */
    public Optional<Path> checkpointed() {
        return Optional.ofNullable(checkpointed);
    }

    /** Gives the memory of training back. */
    public void close() {
        if (fitting) {
            throw new IllegalStateException("Trainer: expected close after the end of fit, got it before");
        }
        closed = true;
        if (workspace != null) {
            memory.disown(workspace);
            workspace = null;
        }
    }
}
