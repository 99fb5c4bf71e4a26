package schuss.train;

import java.util.List;

/** The best value that epochs have had so far, of a loss or a metric. */
final class Best {
    private final String owner;
    private final String metric;
    private final double minimumChange;
    private Training training;
    private double value;
    private int epoch;

    /** @param owner whose callback asks, for messages */
    Best(String owner, String metric, double minimumChange) {
        if (!(minimumChange >= 0)) {
            throw new IllegalArgumentException(
                    owner + ": expected a minimum change of at least 0, got " + minimumChange);
        }
        this.owner = owner;
        this.metric = metric;
        this.minimumChange = minimumChange;
    }

    void begin(Training begun) {
        List<String> names = begun.valueNames();
        if (!names.contains(metric)) {
            throw new IllegalArgumentException(owner + ": expected one of " + names + ", got \"" + metric
                    + "\"; values of validation need validation data");
        }
        training = begun;
        value = 0;
        epoch = 0;
    }

    /** Whether an epoch is better than all before by more than the minimum change; then it is the best from now on. */
    boolean isBeatenBy(Epoch next) {
        double other = next.value(metric);
        double gain = training.isHigherBetter(metric) ? other - value : value - other;
        if (Double.isNaN(other) || (epoch != 0 && !(gain > minimumChange))) {
            return false; // nothing counted is not better than something
        }
        value = other;
        epoch = next.number();
        return true;
    }

    String metric() {
        return metric;
    }

    double minimumChange() {
        return minimumChange;
    }

    double value() {
        return value;
    }

    /** The number of the best epoch; 0 before the first. */
    int epoch() {
        return epoch;
    }

    void restore(double best, int bestEpoch) {
        value = best;
        epoch = bestEpoch;
    }
}
