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
    private static final long SLICE_NANOS = 50_000_000; // of training, between which the caller hears of it
    private static final double LONG = 1; // seconds: shorter epochs need no help

    private final Trainer trainer;
    private final Dataset data;
    private final Workspace work;
    private final TrainingState state;
    private final List<Callback> callbacks;
    private final int[] order; // of the examples in the epoch under way
    private final Training training;
    private final LossCurve curve = new LossCurve();
    private final Checkpoints checkpoints;
    private final Consumer<String> notices;
    private volatile EpochLoop loop; // the epoch under way; null between two
    private EpochStart next; // where the next epoch begins
    private boolean trained; // an epoch of this fit to its end
    private Epoch cut; // the epoch that a stop ended; null for none
    private boolean starved; // has been told

    /** Of data that fits the model. */
    Fit(Trainer trainer, Dataset data, List<Callback> callbacks, Checkpoints.Plan plan) {
        this.trainer = trainer;
        this.data = data;
        this.callbacks = List.copyOf(callbacks);
        order = new int[data.size()];
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
        return loop != null;
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
        EpochStart start = settings.onDevice(() -> prepare(settings, found));
        trainer.resumed();
        callbacks.forEach(c -> c.onBegin(training));
        found.ifPresent(checkpoints::restoreNotes);
        History history = history(trained(start));
        callbacks.forEach(c -> c.onEnd(history));
        return history(history.epochs()); // they may have warned
    }

    private History history(List<Epoch> epochs) {
        return new History(epochs, curve.losses(), training.warnings());
    }

    private List<Epoch> trained(EpochStart start) {
        try {
            return train(start);
        } catch (NotFiniteException e) {
            throw e.withHistory(history(state.finished));
        }
    }

    private EpochStart prepare(Settings settings, Optional<CheckpointFolder.Found> found) {
        Batches batches = settings.batches(data);
        work.follow(settings.model(), settings.rule());
        // all kinds of batches: what a layer refuses, it refuses before anything is trained
        settings.trainings(data).forEach(work::session);
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
        next = first;
        try {
            Turn turn;
            do {
                turn = trainer.settings().onDevice(this::turn);
                tell(turn);
            } while (!turn.last());
        } catch (NotFiniteException e) {
            throw e; // has published what came before
        } catch (RuntimeException e) { // of a callback, a schedule, the data: what was trained so far stays
            publishAfter(e);
            throw e;
        } finally {
            if (loop != null) {
                loop.close();
                loop = null;
            }
        }
        List<Epoch> epochs = new ArrayList<>(state.finished);
        if (cut != null) {
            epochs.add(cut);
        }
        return epochs;
    }

    private void publishAfter(RuntimeException failure) {
        if (loop != null) {
            try {
                trainer.settings().onDevice(() -> state.publish(trainer.model()));
            } catch (RuntimeException closed) {
                failure.addSuppressed(closed);
            }
        }
    }

    /**
     * What the thread that called {@code fit} is to tell of a while of training.
     *
     * @param progress null for none
     * @param epoch that is done; null for none
     * @param last whether training is over
     */
    private record Turn(Progress progress, Epoch epoch, boolean last) {}

    private void tell(Turn turn) {
        if (turn.progress() != null) {
            callbacks.forEach(c -> c.onProgress(turn.progress()));
        }
        if (turn.epoch() != null) {
            callbacks.forEach(c -> c.onEpoch(turn.epoch()));
        }
    }

    /**
     * Trains for a while on the device's thread. The way there and back costs as much as several steps of a small network,
     * so it is taken only when time is up or somebody listens: epochs that nobody hears of pass in one go.
     */
    private Turn turn() {
        long deadline = System.nanoTime() + SLICE_NANOS;
        do {
            if (loop == null && !begin()) {
                return new Turn(null, null, true);
            } else if (loop.isDone() || trainer.isStopped()) {
                Epoch epoch = end();
                if (epoch == null || !callbacks.isEmpty()) {
                    return new Turn(null, epoch, epoch == null);
                }
            } else {
                checkpoints.writeIfDue(loop.position());
                loop.advance(deadline, checkpoints.left(), trainer::isStopped, curve);
                if (!callbacks.isEmpty()) {
                    return new Turn(loop.progress(), null, false);
                }
            }
        } while (System.nanoTime() - deadline < 0);
        return new Turn(null, null, false);
    }

    /** Begins the next epoch, where there is one. */
    private boolean begin() {
        boolean more = state.epochs < state.lastEpoch && !trainer.isStopped();
        if (more) {
            if (trained) {
                checkpoints.writeIfDue(EpochStart.FIRST);
            }
            loop = new EpochLoop(trainer.settings(), work, data, next, curve, order);
            next = EpochStart.FIRST;
        } else if (trained) {
            checkpoints.write(EpochStart.FIRST);
        }
        return more;
    }

    /** Ends the epoch under way and validates; null where a stop has cut it. */
    private Epoch end() {
        Epoch epoch = loop.epoch();
        EpochStart position = loop.position();
        loop.close();
        loop = null;
        if (trainer.isStopped()) {
            checkpoints.write(position);
            state.publish(trainer.model());
            cut = epoch;
            return null;
        }
        state.publish(trainer.model());
        Epoch validated = validated(epoch);
        tellStarving(validated);
        state.epochs++;
        state.finished.add(validated);
        state.plateau = trainer.settings().rates().next(state.plateau, validated.values());
        trained = true;
        return validated;
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
}
