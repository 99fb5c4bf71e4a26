package schuss.train;

import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import schuss.Model;
import schuss.Philox;
import schuss.backend.Executable;
import schuss.data.Dataset;
import schuss.trace.Part;

/**
 * One epoch: its batches in the order drawn for it, in slices between which the host looks at the flag and the totals and
 * tells how far it is. Within a slice nothing is allocated.
 */
final class EpochLoop {
    private static final int SHUFFLE_STREAM = 1 << 30; // far from the streams of layers
    private static final long SEED_MASK = (1L << 52) - 1; // exact in a double too

    /** How many steps make a slice: as many as take about so long, as earlier slices have shown. */
    static final class Pace {
        private static final double SLICE_SECONDS = 0.05;
        private static final int MOST_STEPS = 1 << 16;

        private int steps = 1;

        private void took(double seconds) {
            steps = seconds < SLICE_SECONDS ? Math.min(2 * steps, MOST_STEPS) : Math.max(1, steps / 2);
        }
    }

    private final Settings settings;
    private final Model model;
    private final Workspace work;
    private final TrainingState state;
    private final Control control;
    private final Dataset data;
    private final Batches batches;
    private final int number;
    private final int[] order;
    private final EpochStart start;
    private final long firstBatch;
    private final long firstUpdate;
    private boolean cut;
    private Loader loader; // while it runs

    /** The epoch that follows those the state has seen, from where the state stands in it. */
    EpochLoop(Settings settings, Workspace work, Dataset data, EpochStart start) {
        this.settings = settings;
        this.work = work;
        this.data = data;
        this.start = start;
        model = settings.model();
        state = work.state();
        control = work.control();
        batches = settings.batches(data);
        number = state.epochs + 1;
        order = new Philox(settings.seed(), SHUFFLE_STREAM, number).permutation(data.size());
        firstBatch = state.batches - start.batch();
        firstUpdate = state.updates
                - (start.batch() == batches.count() ? batches.updates() : start.batch() / batches.accumulate());
    }

    /** Whether a stop ended it, be it after its last batch. */
    boolean isCut() {
        return cut;
    }

    /**
     * Trains on all batches, or until {@code stopped}, and publishes the weights.
     *
     * @param curve gets the losses on the way
     * @throws NotFiniteException when a loss or gradient is not finite
     */
    Epoch run(List<Callback> callbacks, Checkpoints checkpoints, Pace pace, BooleanSupplier stopped, LossCurve curve) {
        try (Loader ahead = new Loader(settings, data, batches, number, start.batch(), order)) {
            loader = ahead;
            return train(callbacks, checkpoints, pace, stopped, curve);
        } catch (NotFiniteException e) {
            throw e; // has published what came before
        } catch (RuntimeException e) { // of a callback, a schedule, the data: what was trained so far stays
            try {
                settings.onDevice(() -> state.publish(model));
            } catch (RuntimeException closed) {
                e.addSuppressed(closed);
            }
            throw e;
        }
    }

    private Epoch train(
            List<Callback> callbacks, Checkpoints checkpoints, Pace pace, BooleanSupplier stopped, LossCurve curve) {
        settings.onDevice(() -> {
            work.follow(model, settings.rule());
            work.prepare(data, batches.size());
            if (start.batch() == 0) {
                control.reset();
            } else { // as if this process had trained what another did
                beginRates(state.updates - 1);
                control.readTotals();
            }
        });
        if (start.batch() == 0) {
            curve.beginEpoch();
        }
        int interval = LossCurve.interval(batches.count());
        long began = System.nanoTime();
        int done = start.batch();
        if (done == batches.count()) { // nobody has been told of this epoch here
            tell(callbacks, done, start.seconds());
        }
        cut = stopped.getAsBoolean();
        while (done < batches.count() && !cut) {
            int from = done;
            int most = Math.min(Math.min(pace.steps, checkpoints.left()), interval - from % interval);
            long sliceBegan = System.nanoTime();
            done = settings.onDevice(() -> steps(from, most, stopped));
            if (settings.onDevice(control::flagged)) {
                throw settings.onDevice(this::diagnosed);
            }
            settings.onDevice(control::readTotals);
            pace.took(secondsSince(sliceBegan));
            if (done % interval == 0 || done == batches.count()) {
                curve.add(state.batches, control.lossSum(), control.lossWeight());
            }
            double seconds = start.seconds() + secondsSince(began);
            tell(callbacks, done, seconds);
            cut = stopped.getAsBoolean();
            if (done < batches.count() && !cut) {
                EpochStart next = new EpochStart(done, seconds);
                settings.onDevice(() -> checkpoints.writeIfDue(next));
            }
        }
        double seconds = start.seconds() + secondsSince(began);
        int reached = done;
        settings.onDevice(() -> {
            if (cut) {
                checkpoints.write(new EpochStart(reached, seconds));
            }
            state.publish(model);
        });
        return new Epoch(number, control.means(), seconds, settings.rates().rate(), loader.waitedSeconds() / seconds);
    }

    private void tell(List<Callback> callbacks, int done, double seconds) {
        int examples = (int) Math.min((long) done * batches.size(), data.size());
        Progress progress = new Progress(
                number,
                state.lastEpoch,
                examples,
                data.size(),
                control.meanLoss(),
                examples / seconds,
                loader.waitedSeconds() / seconds);
        callbacks.forEach(c -> c.onProgress(progress));
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /** Runs up to {@code most} batches from one on. Returns the first that it left. */
    private int steps(int from, int most, BooleanSupplier stopped) {
        // by part, of the size at hand: looking them up allocates, a step must not
        Executable[] steps = new Executable[Part.values().length];
        int compiled = 0;
        int batch = from;
        for (; batch < batches.count() && batch - from < most && !(batch > from && stopped.getAsBoolean()); batch++) {
            int count = batches.examplesOf(batch);
            if (count != compiled) {
                Arrays.fill(steps, null);
                compiled = count;
            }
            int part = batches.part(batch).ordinal();
            if (steps[part] == null) {
                steps[part] = work.executable(settings.training(data, batches, batch));
            }
            state.batches++;
            loader.load(batch, work.batch());
            beginBatch(batch);
            if (batches.isLast(batch)) {
                beginUpdate();
                state.updates++;
            }
            steps[part].run();
        }
        return batch;
    }

    private void beginBatch(int batch) {
        control.beginBatch(settings.seed() & SEED_MASK, firstBatch + batch + 1);
    }

    /** Prepares the update that the batch at hand ends. */
    private void beginUpdate() {
        Rates rates = settings.rates();
        beginRates(state.updates);
        long update = state.updates + 1;
        control.beginUpdate(work.groups(), update, rates.rate(), rates.momentum(), update - state.averagedFrom);
    }

    private void beginRates(long update) {
        settings.rates()
                .begin(Math.max(update, 0), batches.updates(), Math.max(state.totalUpdates, 1), state.plateau.scale());
    }

    /** Repeats the first batch that was refused and looks for where it went wrong; goes back to before it. */
    private NotFiniteException diagnosed() {
        control.readTotals();
        int from = (int) control.examples(); // what earlier batches had counted
        int good = from / batches.size();
        loader.reload(good, work.batch());
        beginBatch(good);
        Executable executable = work.executable(settings.training(data, batches, good));
        String where = new Diagnosis(model, work, executable).find(data, order, from, batches.examplesOf(good));
        state.publish(model);
        state.batches = firstBatch + good;
        state.updates = firstUpdate + good / batches.accumulate();
        return new NotFiniteException("training stopped in epoch " + number + " at step " + (good + 1) + ": " + where
                + "; the weights are those before this step");
    }
}
