package schuss.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Gathers the mean losses of stretches of training, at most so many: when more come, neighbours become one. */
final class LossCurve {
    private static final int PER_EPOCH = 32;
    private static final int MOST_POINTS = 1024;

    private record Stretch(long batches, double sum, double weight) {
        Stretch with(Stretch next) {
            return new Stretch(next.batches, sum + next.sum, weight + next.weight);
        }
    }

    private List<Stretch> stretches = new ArrayList<>();
    private double sumBefore;
    private double weightBefore;
    private Stretch pending;
    private int stretchesInOne = 1;
    private int gathered; // in the pending one

    /** After how many batches of an epoch to look; the same for equal epochs, so that equal trainings have equal curves. */
    static int interval(int batches) {
        return Math.max(1, batches / PER_EPOCH);
    }

    /** The totals of a new epoch begin at 0. */
    void beginEpoch() {
        sumBefore = 0;
        weightBefore = 0;
    }

    /**
     * Takes what the totals have come to.
     *
     * @param batches trained on so far, over all epochs
     */
    void add(long batches, double sum, double weight) {
        if (weight > weightBefore) {
            Stretch stretch = new Stretch(batches, sum - sumBefore, weight - weightBefore);
            pending = gathered == 0 ? stretch : pending.with(stretch);
            if (++gathered == stretchesInOne) {
                stretches.add(pending);
                gathered = 0;
            }
        }
        sumBefore = sum;
        weightBefore = weight;
        if (stretches.size() == MOST_POINTS) {
            halve();
        }
    }

    private void halve() {
        List<Stretch> halved = new ArrayList<>();
        for (int i = 0; i < stretches.size(); i += 2) {
            halved.add(stretches.get(i).with(stretches.get(i + 1)));
        }
        stretches = halved;
        stretchesInOne *= 2;
    }

    /** All that the curve goes on from. */
    double[] state() {
        DoubleStream numbers = DoubleStream.of(sumBefore, weightBefore, stretchesInOne, gathered);
        Stream<Stretch> all = gathered > 0 ? Stream.concat(stretches.stream(), Stream.of(pending)) : stretches.stream();
        return DoubleStream.concat(numbers, all.flatMapToDouble(s -> DoubleStream.of(s.batches, s.sum, s.weight)))
                .toArray();
    }

    /** Goes on from a {@link #state}. */
    void restore(double[] state) {
        sumBefore = state[0];
        weightBefore = state[1];
        stretchesInOne = (int) state[2];
        gathered = (int) state[3];
        stretches.clear();
        for (int i = 4; i < state.length; i += 3) {
            stretches.add(new Stretch((long) state[i], state[i + 1], state[i + 2]));
        }
        pending = gathered > 0 ? stretches.remove(stretches.size() - 1) : null;
    }

    /** The curve so far. */
    List<History.LossPoint> points() {
        List<Stretch> all = new ArrayList<>(stretches);
        if (gathered > 0) {
            all.add(pending);
        }
        return all.stream()
                .map(s -> new History.LossPoint(s.batches, s.sum / s.weight))
                .toList();
    }
}
