package schuss.train.loop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import schuss.Model;
import schuss.data.Dataset;
import schuss.layers.LayerException;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.History;
import schuss.train.LossCurve;
import schuss.train.NotFiniteException;
import schuss.train.Progress;
import schuss.train.Training;
import schuss.train.checkpoint.CheckpointFolder;
import schuss.train.checkpoint.CheckpointNotes;
import schuss.train.checkpoint.CheckpointPosition;
import schuss.train.checkpoint.Checkpoints;
import schuss.train.checkpoint.RunDescription;

/**
 * One call of {@code fit}: compiles what it needs or goes on from a checkpoint, then trains and validates epoch by epoch.
 * What is set on the trainer meanwhile applies from the next epoch on.
 */
public final class Fit implements AutoCloseable {
    private static final double STARVING = 0.2; // of an epoch's time
    private static final long SLICE_NANOS = 50_000_000; // of training, between which the caller hears of it
    private static final double LONG = 1; // seconds: shorter epochs need no help

    private final Model model;
    private final Dataset data;
    private final Workspace work;
    private final TrainingState state;
    private final List<Callback> callbacks;
    private final int[] order; // of the examples in the epoch under way
    private final FitInProgress training;
    private final LossCurve curve = new LossCurve();
    private final Checkpoints checkpoints;
    private final Consumer<String> notices;
    private final AtomicBoolean stopped;
    private EpochLoop loop; // the epoch under way; null between two
    private EpochStart next; // where the next epoch begins
    private boolean trained; // an epoch of this fit to its end
    private Epoch cut; // the epoch that a stop ended; null for none
    private boolean starved; // has been told

    /**
     * A fit whose data fits the model.
     *
     * @param stopped once true, it ends after the current batch; callbacks may set it too
     */
    Fit(
            FitInProgress training,
            Workspace work,
            List<Callback> callbacks,
            Checkpoints.Plan plan,
            AtomicBoolean stopped) {
        this.training = training;
        this.work = work;
        this.data = training.data();
        this.stopped = stopped;
        this.callbacks = List.copyOf(callbacks);
        order = new int[data.size()];
        notices = plan.notices();
        state = work.state();
        Settings settings = training.now();
        model = settings.model();
        CheckpointNotes notes = new CheckpointNotes(curve, training.warnings(), this.callbacks);
        RunDescription run = plan.wanted() ? new RunDescription(settings, data, this.callbacks) : null;
        checkpoints = new Checkpoints(
                plan,
                model,
                work,
                notes,
                () -> run.describe(training.now()),
                new CheckpointPosition.Bounds(settings.batches(data), settings.epochs(), training.valueNames()));
    }

    /** The newest checkpoint that was written or gone on from; null for none. */
    public Path checkpointed() {
        return checkpoints.newest();
    }

    /** Compiles what it needs and goes on from a checkpoint if there is one, which it returns; nothing is trained yet. */
    public Optional<CheckpointFolder.Found> prepare() {
        Settings settings = training.now();
        Optional<CheckpointFolder.Found> found = settings.onDevice(() -> checkpoints.find(state.batches == 0));
        next = settings.onDevice(() -> start(settings, found));
        return found;
    }

    /**
     * Trains, once it is prepared.
     *
     * @param found what {@link #prepare} has returned
     */
    public History run(Optional<CheckpointFolder.Found> found) {
        callbacks.forEach(c -> c.onBegin(training));
        found.ifPresent(checkpoints::restoreCallbacks);
        if (Alike.isAlike(data)) {
            training.warn("all " + data.size() + " images are alike: nothing tells them apart");
        }
        History history = history(trained());
        callbacks.forEach(c -> c.onEnd(history));
        return history(history.epochs()); // they may have warned
    }

    private History history(List<Epoch> epochs) {
        return new History(epochs, curve.losses(), training.warnings());
    }

    private List<Epoch> trained() {
        try {
            return train();
        } catch (NotFiniteException e) {
            throw e.withHistory(history(state.finished));
        }
    }

    private EpochStart start(Settings settings, Optional<CheckpointFolder.Found> found) {
        Batches batches = settings.batches(data);
        work.follow(model, settings.rule());
        // all kinds of batches: what a layer refuses, it refuses before anything is trained
        try {
            settings.trainings(data).forEach(work::session);
        } catch (LayerException e) {
            throw settings.explained(e, data);
        }
        if (found.isPresent()) {
            EpochStart middle = checkpoints.restore(found.get());
            work.publish(model);
            return middle;
        }
        state.totalUpdates = state.updates + (long) settings.epochs() * batches.updates();
        state.lastEpoch = state.epochs + settings.epochs();
        state.finished.clear();
        return EpochStart.FIRST;
    }

    private List<Epoch> train() {
        try {
            Turn turn;
            do {
                if (Thread.currentThread().isInterrupted()) {
                    stopped.set(true);
                }
                turn = training.now().onDevice(this::turn);
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
                training.now().onDevice(() -> work.publish(model, "in epoch " + (state.epochs + 1)));
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
            } else if (loop.isDone() || stopped.get()) {
                Epoch epoch = end();
                if (epoch == null || !callbacks.isEmpty()) {
                    return new Turn(null, epoch, epoch == null);
                }
            } else {
                checkpoints.writeIfDue(loop.position());
                loop.advance(deadline, checkpoints.left(), stopped::get, curve);
                if (!callbacks.isEmpty()) {
                    return new Turn(loop.progress(), null, false);
                }
            }
        } while (System.nanoTime() - deadline < 0);
        return new Turn(null, null, false);
    }

    /** Begins the next epoch, where there is one. */
    private boolean begin() {
        boolean more = state.epochs < state.lastEpoch && !stopped.get();
        if (more) {
            if (trained) {
                checkpoints.writeIfDue(EpochStart.FIRST);
            }
            loop = new EpochLoop(training.now(), work, data, next, curve, order);
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
        work.publish(model, "in epoch " + epoch.number());
        if (stopped.get()) {
            checkpoints.write(position);
            cut = epoch;
            return null;
        }
        Epoch validated = validated(epoch);
        tellStarving(validated);
        state.epochs++;
        state.finished.add(validated);
        state.plateau = training.now().rates().next(state.plateau, validated.values());
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
        Dataset validation = training.now().validation();
        if (validation == null) {
            return epoch;
        }
        Map<String, Double> values = new LinkedHashMap<>(epoch.values());
        training.evaluate(validation).forEach((name, value) -> values.put(Training.VALIDATION + name, value));
        return epoch.with(values);
    }

    @Override
    public void close() {
        checkpoints.close();
    }
}
