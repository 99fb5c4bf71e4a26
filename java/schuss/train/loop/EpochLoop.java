package schuss.train.loop;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import schuss.Philox;
import schuss.Session;
import schuss.data.Dataset;
import schuss.trace.Part;
import schuss.train.Epoch;
import schuss.train.LossCurve;
import schuss.train.NotFiniteException;
import schuss.train.Progress;

/**
 * One epoch: its batches in the order drawn for it, in slices of time between which the host looks at the flag and the
 * totals. All of it on the device's thread; within a slice nothing is allocated.
 */
public final class EpochLoop implements AutoCloseable {
    private static final int SHUFFLE_STREAM = 1 << 30; // far from the streams of layers
    static final long SEED_MASK = (1L << 52) - 1; // exact in a double too

    private final Settings settings;
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
    private final Batch batch;
    private final Loader loader;
    private final long began;
    private final Session[] sessions = new Session[Part.values().length]; // by part, of batches of the size at hand
    private int compiled; // that size
    private int done; // batches

    /**
     * The epoch that follows those the state has seen, from where the state stands in it.
     *
     * @param order room for that of the examples
     */
    EpochLoop(Settings settings, Workspace work, Dataset data, EpochStart start, LossCurve curve, int... order) {
        this.settings = settings;
        this.work = work;
        this.data = data;
        this.start = start;
        state = work.state();
        control = work.control();
        batches = settings.batches(data);
        number = state.epochs + 1;
        done = start.batch();
        this.order = order(settings.seed(), number, order);
        firstBatch = state.batches - done;
        firstUpdate = state.updates - (done == batches.count() ? batches.updates() : done / batches.accumulate());
        work.follow(settings.model(), settings.rule());
        batch = work.batch(Settings.batch(settings.model(), settings.goal(), data, batches.size()));
        if (done == 0) {
            control.reset();
            curve.beginEpoch();
        } else { // as if this process had trained what another did
            beginRates(state.updates - 1);
            control.readTotals();
        }
        began = System.nanoTime();
        loader = new Loader(settings, data, batches, number, done, order);
        work.setInEpoch(true);
    }

    /** Fills an array with the order of the examples in an epoch. */
    public static int[] order(long seed, int epoch, int... order) {
        new Philox(seed, SHUFFLE_STREAM, epoch).permute(order);
        return order;
    }

    /** Whether all batches are done. */
    boolean isDone() {
        return done == batches.count();
    }

    /** Where it stands. */
    EpochStart position() {
        return new EpochStart(done, seconds());
    }

    /**
     * Trains until a time, but at least on one batch, and not beyond the end.
     *
     * @param deadline as {@link System#nanoTime} counts
     * @param most batches at most
     * @param curve gets the losses on the way
     * @throws NotFiniteException when a loss, a gradient or what a state follows is not finite
     */
    void advance(long deadline, int most, BooleanSupplier stopped, LossCurve curve) {
        int interval = LossCurve.interval(batches.count());
        int end = done + Math.min(most, batches.count() - done);
        while (done < end) {
            step();
            boolean pause = stopped.getAsBoolean() || System.nanoTime() - deadline >= 0;
            boolean point = done % interval == 0 || done == batches.count();
            if (point || pause || done == end) {
                look();
            }
            if (point) {
                curve.add(state.batches, control.lossSum(), control.lossWeight());
            }
            if (pause) {
                return;
            }
        }
    }

    private void step() {
        int count = batches.examplesOf(done);
        if (count != compiled) {
            Arrays.fill(sessions, null);
            compiled = count;
        }
        int part = batches.part(done).ordinal();
        if (sessions[part] == null) { // looking it up allocates, a step must not
            sessions[part] = work.session(settings.training(data, batches, done));
        }
        state.batches++;
        loader.load(done, batch);
        beginBatch(done);
        if (batches.isLast(done)) {
            beginUpdate();
            state.updates++;
        }
        sessions[part].run();
        done++;
        if (done == batches.count()) {
            work.keepRowGradients(sessions[part]);
        }
    }

    /** Reads what the device has summed up. */
    private void look() {
        if (control.flagged()) {
            throw diagnosed();
        }
        control.readTotals();
    }

    Progress progress() {
        int examples = (int) Math.min((long) done * batches.size(), data.size());
        double seconds = seconds();
        return new Progress(
                number,
                state.lastEpoch,
                examples,
                data.size(),
                control.means(),
                examples / seconds,
                loader.waitedSeconds() / seconds);
    }

    /** What it has come to. */
    Epoch epoch() {
        double seconds = seconds();
        return new Epoch(number, control.means(), seconds, settings.rates().rate(), loader.waitedSeconds() / seconds);
    }

    private double seconds() {
        return start.seconds() + (System.nanoTime() - began) / 1e9;
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
        loader.reload(good, batch);
        beginBatch(good);
        Session session = work.session(settings.training(data, batches, good));
        String where =
                new Diagnosis(settings.model(), work, batch, session).find(data, order, from, batches.examplesOf(good));
        boolean sound = work.notFinite() == null;
        if (sound) {
            work.publish(settings.model());
        } else {
            state.forget();
        }
        state.batches = firstBatch + good;
        state.updates = firstUpdate + good / batches.accumulate();
        return new NotFiniteException("training stopped in epoch " + number + " at step " + (good + 1) + ": " + where
                + "; " + (sound ? "the weights are those before this step" : Workspace.KEPT));
    }

    @Override
    public void close() {
        try {
            loader.close();
        } finally {
            work.setInEpoch(false);
        }
    }
}
