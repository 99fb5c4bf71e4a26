package schuss.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import schuss.internal.AtomicFile;
import schuss.report.Chart;

/**
 * What one call of {@code fit} came to.
 *
 * @param epochs in order
 * @param losses the training loss within epochs, from the first batch to the last, at most some thousand points: each a
 *     mean over the batches since the point before
 * @param warnings what callbacks had to say
 */
public record History(List<Epoch> epochs, List<LossPoint> losses, List<String> warnings) {
    /**
     * A mean loss.
     *
     * @param batches how many were trained on up to here, over all epochs
     */
    public record LossPoint(long batches, double loss) {}

    public History {
        epochs = List.copyOf(epochs);
        losses = List.copyOf(losses);
        warnings = List.copyOf(warnings);
    }

    /** Of epochs alone. */
    public History(List<Epoch> epochs) {
        this(epochs, List.of(), List.of());
    }

    /** The last epoch. */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("history: expected at least one epoch, got none");
        }
        return epochs.get(epochs.size() - 1);
    }

    /** One value over all epochs. */
    public double[] values(String name) {
        return epochs.stream().mapToDouble(e -> e.value(name)).toArray();
    }

    /** The learning rate of every epoch's last update. */
    public double[] learningRates() {
        return epochs.stream().mapToDouble(Epoch::learningRate).toArray();
    }

    /**
     * Comma-separated values: a line of names, then a line per epoch, with the learning rate at its end. An epoch that was
     * stopped was not validated: its cells are empty.
     */
    public String toCsv() {
        if (epochs.isEmpty()) {
            return "epoch\n";
        }
        Set<String> names = epochs.get(0).values().keySet();
        return epochs.stream()
                .map(e -> e.number() + ","
                        + names.stream().map(name -> text(e.values().get(name))).collect(Collectors.joining(","))
                        + "," + text(e.learningRate()))
                .collect(Collectors.joining("\n", "epoch," + String.join(",", names) + ",learning rate\n", "\n"));
    }

    /**
     * The same as JSON, with the losses within epochs and the warnings; without times, so that equal trainings have equal
     * texts. A number that is not finite is null.
     *
     * <pre>{@code
     * {"epochs": [{"epoch": 1, "loss": 0.5, "accuracy": 0.8, "learning rate": 0.001}],
     *  "losses": [{"batches": 10, "loss": 0.9}], "warnings": []}
     * }</pre>
     *
     * @throws IllegalStateException if Jackson's jackson-core, an optional library, is not on the class path
     */
    public String toJson() {
        try {
            return HistoryJson.of(this);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "history: expected the library com.fasterxml.jackson.core:jackson-core on the class path, got none",
                    e);
        }
    }

    /**
     * Writes an image, PNG, with a chart of the loss and of each metric, epoch by epoch, training and validation.
     *
     * @throws IllegalStateException if XChart, an optional library, is not on the class path
     */
    public void plot(Path path) throws IOException {
        last(); // there is one
        AtomicFile.write(path, ByteBuffer.wrap(Chart.png(Curves.perEpoch(epochs))));
    }

    /** Nothing for an epoch that was stopped, and not validated. */
    private static String text(Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.9g", value);
    }
}
