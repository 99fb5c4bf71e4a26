package schuss.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The epochs of a training run, in order. */
public record History(List<Epoch> epochs) {
    public History {
        epochs = List.copyOf(epochs);
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

    /** Comma-separated values: a line of names, then a line per epoch, with the learning rate at its end. */
    public String toCsv() {
        if (epochs.isEmpty()) {
            return "epoch\n";
        }
        String names = String.join(",", epochs.get(0).values().keySet());
        return epochs.stream()
                .map(e -> e.number() + ","
                        + e.values().values().stream().map(History::text).collect(Collectors.joining(","))
                        + "," + text(e.learningRate()))
                .collect(Collectors.joining("\n", "epoch," + names + ",learning rate\n", "\n"));
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.9g", value);
    }
}
