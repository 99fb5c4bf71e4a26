package schuss.train;

import java.util.List;

/**
 * Stops training when a value has not become better for so many epochs (Prechelt 1998), and gives the model the weights of
 * the best epoch when training ends, early or not.
 *
 * <pre>{@code
 * trainer.validation(validation)
 *     .callback(new EarlyStopping(5).withMinimumChange(1e-3).withMetric("validation accuracy"));
 * }</pre>
 */
public final class EarlyStopping implements Callback {
    private final int patience;
    private final double minimumChange;
    private final String metric;
    private Training training;
    private Snapshot best;
    private double bestValue;
    private int bestEpoch;
    private int waited;

    /** Watches the validation loss. */
    public EarlyStopping(int patience) {
        this(patience, 0, "validation loss");
    }

    private EarlyStopping(int patience, double minimumChange, String metric) {
        if (patience < 1) {
            throw new IllegalArgumentException(
                    "EarlyStopping: expected a patience of at least 1 epoch, got " + patience);
        }
        if (!(minimumChange >= 0)) {
            throw new IllegalArgumentException(
                    "EarlyStopping: expected a minimum change of at least 0, got " + minimumChange);
        }
        this.patience = patience;
        this.minimumChange = minimumChange;
        this.metric = metric;
    }

    /** Counts an epoch as better only if its value is by more than this. */
    public EarlyStopping withMinimumChange(double change) {
        return new EarlyStopping(patience, change, metric);
    }

    /** Watches another of the epochs' values, like {@code validation accuracy} or {@code loss}. */
    public EarlyStopping withMetric(String name) {
        return new EarlyStopping(patience, minimumChange, name);
    }

    @Override
    public void onBegin(Training begun) {
        List<String> names = begun.valueNames();
        if (!names.contains(metric)) {
            throw new IllegalArgumentException("EarlyStopping: expected one of " + names + ", got \"" + metric
                    + "\"; values of validation need validation data");
        }
        training = begun;
        best = null;
        bestEpoch = 0;
        waited = 0;
    }

    @Override
    public void onEpoch(Epoch epoch) {
        double value = epoch.value(metric);
        double gain = training.isMoreBetter(metric) ? value - bestValue : bestValue - value;
        if (best == null || gain > minimumChange) {
            best = training.snapshot();
            bestValue = value;
            bestEpoch = epoch.number();
            waited = 0;
        } else if (++waited >= patience) {
            training.stop();
        }
    }

    @Override
    public void onEnd(History history) {
        if (best != null) {
            training.restore(best);
            best = null;
        }
    }

    /** The number of the epoch whose weights the model got; 0 where there was none. */
    public int bestEpoch() {
        return bestEpoch;
    }
}
