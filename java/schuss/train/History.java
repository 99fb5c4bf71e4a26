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

    /** Comma-separated values: a line of names, then a line per epoch. */
    public String toCsv() {
        if (epochs.isEmpty()) {
            return "epoch\n";
        }
        String names = String.join(",", epochs.get(0).values().keySet());
        return epochs.stream()
                .map(e -> e.number() + ","
                        + e.values().values().stream()
                                .map(v -> String.format(Locale.ROOT, "%.9g", v))
                                .collect(Collectors.joining(",")))
                .collect(Collectors.joining("\n", "epoch," + names + "\n", "\n"));
    }
}
