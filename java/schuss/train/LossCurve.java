package schuss.train;

import java.util.ArrayList;
import java.util.List;

/**
 * Gathers the mean losses of stretches of training, at most so many: when more come, neighbours become one. Adding one
 * allocates nothing.
 */
public final class LossCurve {
    private static final int PER_EPOCH = 32;
    private static final int MOST_POINTS = 1024;
    private static final int FIRST = 4; // numbers of a state before the points, of three each

    /** Of a {@link #state}. */
    public static final int MOST_NUMBERS = FIRST + 3 * MOST_POINTS;

    private final long[] batches = new long[MOST_POINTS]; // at the end of each stretch
    private final double[] sums = new double[MOST_POINTS];
    private final double[] weights = new double[MOST_POINTS];
    private int size; // stretches that are whole; the next is in the making
    private int gathered; // what the one in the making is made of
    private int stretchesInOne = 1;
    private double sumBefore;
    private double weightBefore;

    /** After how many batches of an epoch to look; the same for equal epochs, so that equal trainings have equal curves. */
    public static int interval(int batches) {
        return Math.max(1, batches / PER_EPOCH);
    }

    /** The totals of a new epoch begin at 0. */
    public void beginEpoch() {
        sumBefore = 0;
        weightBefore = 0;
    }

    /**
     * Takes what the totals have come to.
     *
     * @param batch the number of batches that were trained on so far, over all epochs
     * @param sum the sum of the weighted losses in this epoch
     * @param weight the sum of the weights in this epoch
     */
    public void add(long batch, double sum, double weight) {
        if (weight > weightBefore) {
            if (gathered == 0) {
                sums[size] = 0;
                weights[size] = 0;
            }
            batches[size] = batch;
            sums[size] += sum - sumBefore;
            weights[size] += weight - weightBefore;
            if (++gathered == stretchesInOne) {
                size++;
                gathered = 0;
            }
        }
        sumBefore = sum;
        weightBefore = weight;
        if (size == MOST_POINTS) {
            halve();
        }
    }

    private void halve() {
        size /= 2;
        for (int i = 0; i < size; i++) {
            batches[i] = batches[2 * i + 1];
            sums[i] = sums[2 * i] + sums[2 * i + 1];
            weights[i] = weights[2 * i] + weights[2 * i + 1];
        }
        stretchesInOne *= 2;
    }

    private int points() {
        return size + (gathered > 0 ? 1 : 0);
    }

    /** All that the curve goes on from. */
    public double[] state() {
        double[] state = new double[FIRST + 3 * points()];
        state[0] = sumBefore;
        state[1] = weightBefore;
        state[2] = stretchesInOne;
        state[3] = gathered;
        for (int i = 0; i < points(); i++) {
            state[FIRST + 3 * i] = batches[i];
            state[FIRST + 1 + 3 * i] = sums[i];
            state[FIRST + 2 + 3 * i] = weights[i];
        }
        return state;
    }

    /** Goes on from a {@link #state}, and says whether it is one; else nothing changes. */
    public boolean restore(double... state) {
        int count = state.length / 3 - 1;
        if (state.length < FIRST || state.length != FIRST + 3 * count || !isSound(state, count)) {
            return false;
        }
        sumBefore = state[0];
        weightBefore = state[1];
        stretchesInOne = (int) state[2];
        gathered = (int) state[3];
        for (int i = 0; i < count; i++) {
            batches[i] = (long) state[FIRST + 3 * i];
            sums[i] = state[FIRST + 1 + 3 * i];
            weights[i] = state[FIRST + 2 + 3 * i];
        }
        size = gathered > 0 ? count - 1 : count;
        return true;
    }

    private static boolean isSound(double[] state, int count) {
        double stretches = state[2];
        double inTheMaking = state[3];
        boolean sound = Double.isFinite(state[0])
                && Double.isFinite(state[1])
                && stretches == Math.rint(stretches)
                && stretches >= 1
                && stretches <= Integer.MAX_VALUE / 2
                && inTheMaking == Math.rint(inTheMaking)
                && inTheMaking >= 0
                && inTheMaking < stretches
                && count < (inTheMaking > 0 ? MOST_POINTS + 1 : MOST_POINTS)
                && count >= (inTheMaking > 0 ? 1 : 0);
        double before = 0;
        for (int i = 0; sound && i < count; i++) {
            double batch = state[FIRST + 3 * i];
            sound = batch == Math.rint(batch)
                    && batch > before
                    && batch < 1L << 53
                    && Double.isFinite(state[FIRST + 1 + 3 * i])
                    && state[FIRST + 2 + 3 * i] > 0
                    && Double.isFinite(state[FIRST + 2 + 3 * i]);
            before = batch;
        }
        return sound;
    }

    /** The curve so far. */
    public List<History.LossPoint> losses() {
        List<History.LossPoint> all = new ArrayList<>();
        for (int i = 0; i < points(); i++) {
            all.add(new History.LossPoint(batches[i], sums[i] / weights[i]));
        }
        return all;
    }
}
