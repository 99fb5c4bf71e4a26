package schuss.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import schuss.internal.AtomicFile;

/**
 * Saves the model after every epoch that is better than all before, by the validation loss unless told otherwise: when
 * training ends, or crashes, the file holds the best. It appears whole or not at all; where it cannot be written, training
 * goes on with a warning.
 *
 * <pre>{@code
 * trainer.withValidation(validation).withCallback(new SaveBest(Path.of("best.safetensors")).withMetric("validation accuracy"));
 * }</pre>
 */
public final class SaveBest implements Callback {
    private final Path file;
    private final Best best;
    private final Map<String, String> metadata;
    private Training training;

    /** @throws IllegalArgumentException if the file cannot be written */
    public SaveBest(Path file) {
        this(file, Training.VALIDATION_LOSS, Map.of());
        AtomicFile.checkWritable(file);
    }

    private SaveBest(Path file, String metric, Map<String, String> metadata) {
        this.file = file;
        this.best = new Best("SaveBest", metric, 0);
        this.metadata = Map.copyOf(metadata);
    }

    /** Watches another of the epochs' values, like {@code validation accuracy} or {@code loss}. */
    public SaveBest withMetric(String name) {
        return new SaveBest(file, name, metadata);
    }

    /** Writes these texts into the file too, as {@code Model.save} does. */
    public SaveBest withMetadata(Map<String, String> texts) {
        return new SaveBest(file, best.metric(), texts);
    }

    @Override
    public void onBegin(Training begun) {
        best.begin(begun);
        training = begun;
    }

    @Override
    public void onEpoch(Epoch epoch) {
        if (!best.isBeatenBy(epoch)) {
            return;
        }
        try {
            training.model().save(file, metadata);
        } catch (IOException | IllegalArgumentException e) { // the folder may be gone
            training.warn(
                    file + ": expected to write the weights of epoch " + epoch.number() + ", got " + e.getMessage());
        }
    }

    @Override
    public Map<String, double[]> state() {
        return Map.of("value, epoch", new double[] {best.value(), best.epoch()});
    }

    @Override
    public void restore(Map<String, double[]> state) {
        double[] progress = state.values().iterator().next();
        best.restore(progress[0], (int) progress[1]);
    }

    /** The number of the epoch whose weights the file holds; 0 where there was none. */
    public int bestEpoch() {
        return best.epoch();
    }

    @Override
    public String toString() {
        return "SaveBest(" + best.metric() + ")";
    }
}
