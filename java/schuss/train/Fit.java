package schuss.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import schuss.data.Dataset;

/**
 * One call of {@code fit}: compiles what it needs or goes on from a checkpoint, then trains and validates epoch by epoch.
 * What is set on the trainer meanwhile applies from the next epoch on.
 */
final class Fit {
    private static final double STARVING = 0.2; // of an epoch's time
    private static final double LONG = 1; // seconds: shorter epochs need no help

    private final Trainer trainer;
    private final Dataset data;
    private final Workspace work;
    private final TrainingState state;
    private final List<Callback> callbacks;
    private final Training training;
    private final LossCurve curve = new LossCurve();
    private final Checkpoints checkpoints;
    private final Consumer<String> notices;
    private boolean starved; // has been told
    private volatile boolean inEpoch;

    /** Of data that fits the model. */
    Fit(Trainer trainer, Dataset data, List<Callback> callbacks, Checkpoints.Plan plan) {
        this.trainer = trainer;
        this.data = data;
        this.callbacks = List.copyOf(callbacks);
        notices = plan.notices();
        work = trainer.workspace();
        state = work.state();
        Settings settings = trainer.settings();
        training = new Training(trainer, settings, work, data);
        CheckpointNotes notes = new CheckpointNotes(curve, training.warnings(), this.callbacks);
        RunDescription run = plan.wanted() ? new RunDescription(settings, data, this.callbacks) : null;
        checkpoints = new Checkpoints(plan, settings.model(), work, notes, () -> run.describe(trainer.settings()));
    }

    /** Whether an epoch is under way: weights and totals are being made. */
    boolean inEpoch() {
        return inEpoch;
    }

    /** The newest checkpoint that was written or gone on from; null for none. */
    Path checkpointed() {
        return checkpoints.newest();
    }

    History run() {
        try (checkpoints) {
            return fitted();
        }
    }

    private History fitted() {
        Settings settings = trainer.settings();
        Optional<CheckpointFolder.Found> found = settings.onDevice(() -> checkpoints.find(state.batches == 0));
        EpochStart start = settings.onDevice(() -> begin(settings, found));
        trainer.resumed();
        callbacks.forEach(c -> c.onBegin(training));
        found.ifPresent(checkpoints::restoreNotes);
        History history = history(trained(start));
        callbacks.forEach(c -> c.onEnd(history));
        return history(history.epochs()); // they may have warned
    }

    private History history(List<Epoch> epochs) {
        return new History(epochs, curve.points(), training.warnings());
    }

    private List<Epoch> trained(EpochStart start) {
        try {
            return train(start);
        } catch (NotFiniteException e) {
            throw e.withHistory(history(state.finished));
        }
    }

    private EpochStart begin(Settings settings, Optional<CheckpointFolder.Found> found) {
        Batches batches = settings.batches(data);
        work.follow(settings.model(), settings.rule());
        work.prepare(data, batches.size());
        // all kinds of batches: what a layer refuses, it refuses before anything is trained
        settings.trainings(data).forEach(work::executable);
        if (found.isPresent()) {
            EpochStart middle = checkpoints.restore(found.get());
            state.publish(settings.model());
            return middle;
        }
        state.totalUpdates = state.updates + (long) settings.epochs() * batches.updates();
        state.lastEpoch = state.epochs + settings.epochs();
        state.finished.clear();
        return EpochStart.FIRST;
    }

    private List<Epoch> train(EpochStart first) {
        EpochStart start = first;
        boolean ended = false; // an epoch of this fit
        while (state.epochs < state.lastEpoch && !trainer.isStopped()) {
            EpochLoop loop = new EpochLoop(trainer.settings(), work, data, start);
            inEpoch = true;
            Epoch epoch;
            try {
                epoch = loop.run(callbacks, checkpoints, trainer.pace(), trainer::isStopped, curve);
            } finally {
                inEpoch = false;
            }
            if (loop.isCut()) {
                List<Epoch> history = new ArrayList<>(state.finished);
                history.add(epoch);
                return history;
            }
            start = EpochStart.FIRST;
            end(validated(epoch));
            ended = true;
            if (state.epochs < state.lastEpoch && !trainer.isStopped()) {
                trainer.settings().onDevice(() -> checkpoints.writeIfDue(EpochStart.FIRST));
            }
        }
        if (ended) {
            trainer.settings().onDevice(() -> checkpoints.write(EpochStart.FIRST));
        }
        return state.finished;
    }

    /** Once: data that is slow does not become fast. */
    private void tellStarving(Epoch epoch) {
        if (!starved && epoch.waiting() > STARVING && epoch.seconds() > LONG) {
            starved = true;
            notices.accept("training waited for data for " + Math.round(100 * epoch.waiting()) + " % of epoch "
                    + epoch.number() + ": more workers may help");
        }
    }

    private Epoch validated(Epoch epoch) {
        Dataset validation = trainer.settings().validation();
        if (validation == null) {
            return epoch;
        }
        Map<String, Double> values = new LinkedHashMap<>(epoch.values());
        trainer.evaluate(validation).forEach((name, value) -> values.put(Training.VALIDATION + name, value));
        return epoch.with(values);
    }

    private void end(Epoch epoch) {
        tellStarving(epoch);
        state.epochs++;
        state.finished.add(epoch);
        state.plateau = trainer.settings().rates().next(state.plateau, epoch.values());
        callbacks.forEach(c -> c.onEpoch(epoch));
    }
}
