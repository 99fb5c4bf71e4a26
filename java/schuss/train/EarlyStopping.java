package schuss.train;

import java.io.IOException;
import java.util.Map;
import schuss.io.Safetensors;

/**
 * Stops training when a value has not become better for so many epochs (Prechelt 1998), and gives the model the weights of
 * the best epoch when training ends, early or not. Checkpoints hold what it remembers.
 *
 * <pre>{@code
 * trainer.withValidation(validation)
 *     .withCallback(new EarlyStopping(5).withMinimumChange(1e-3).withMetric("validation accuracy"));
 * }</pre>
 */
public final class EarlyStopping implements Callback, KeepsWeights {
    private static final String PROGRESS = "value, epoch, waited";

    private final int patience;
    private final Best best;
    private Training training;
    private Snapshot bestWeights;
    private int waited;

    /** Watches the validation loss. */
    public EarlyStopping(int patience) {
        this(patience, 0, Training.VALIDATION_LOSS);
    }

    private EarlyStopping(int patience, double minimumChange, String metric) {
        if (patience < 1) {
            throw new IllegalArgumentException(
                    "EarlyStopping: expected a patience of at least 1 epoch, got " + patience);
        }
        this.patience = patience;
        best = new Best("EarlyStopping", metric, minimumChange);
    }

    /** Counts an epoch as better only if its value is by more than this. */
    public EarlyStopping withMinimumChange(double change) {
        return new EarlyStopping(patience, change, best.metric());
    }

    /** Watches another of the epochs' values, like {@code validation accuracy} or {@code loss}. */
    public EarlyStopping withMetric(String name) {
        return new EarlyStopping(patience, best.minimumChange(), name);
    }

    @Override
    public void onBegin(Training begun) {
        best.begin(begun);
        training = begun;
        bestWeights = null;
        waited = 0;
    }

    @Override
    public void onEpoch(Epoch epoch) {
        if (best.isBeatenBy(epoch)) {
            bestWeights = training.snapshot();
            waited = 0;
        } else if (++waited >= patience) {
            training.stop();
        }
    }

    @Override
    public void onEnd(History history) {
        if (bestWeights != null) {
            training.restore(bestWeights);
            bestWeights = null;
        }
    }

    @Override
    public Map<String, double[]> state() {
        return Map.of(PROGRESS, new double[] {best.value(), best.epoch(), waited});
    }

    @Override
    public void restore(Map<String, double[]> state) {
        double[] progress = state.get(PROGRESS);
        best.restore(progress[0], (int) progress[1]);
        waited = (int) progress[2];
        if (best.epoch() == 0) {
            bestWeights = null;
        } else if (bestWeights == null) {
            throw new IllegalArgumentException("expected the weights of epoch " + best.epoch() + ", got none");
        }
        if (waited >= patience) { // what was interrupted was done
            training.stop();
        }
    }

    @Override
    public Snapshot kept() {
        return bestWeights;
    }

    @Override
    public void restoreKept(Map<String, Safetensors.Entry> noted) throws IOException {
        bestWeights =
                Snapshot.NAMES.stream().anyMatch(noted::containsKey) ? Snapshot.read(noted, training.model()) : null;
    }

    /** The number of the epoch whose weights the model got; 0 where there was none. */
    public int bestEpoch() {
        return best.epoch();
    }

    @Override
    public String toString() {
        return "EarlyStopping(" + patience + " epochs, minimum change " + best.minimumChange() + " of " + best.metric()
                + ")";
    }
}
