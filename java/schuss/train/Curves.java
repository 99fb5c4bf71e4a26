package schuss.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import schuss.report.Chart;

/** The charts of a history. */
final class Curves {
    private static final String VALIDATION = "validation ";

    private Curves() {}

    /** A chart for the loss and one for each metric, with a curve for training and one for validation where there is one. */
    static List<Chart> perEpoch(List<Epoch> epochs) {
        List<Chart> charts = new ArrayList<>();
        Set<String> names = epochs.isEmpty() ? Set.of() : epochs.get(0).values().keySet();
        for (String name : names) {
            if (!name.startsWith(VALIDATION)) {
                List<Chart.Series> series = new ArrayList<>(List.of(series("training", epochs, e -> e.value(name))));
                if (names.contains(VALIDATION + name)) {
                    series.add(series("validation", epochs, e -> e.value(VALIDATION + name)));
                }
                charts.add(new Chart(title(name), "epoch", name, series));
            }
        }
        return charts;
    }

    private static String title(String name) {
        return name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
    }

    static Chart learningRate(List<Epoch> epochs) {
        return new Chart(
                "Learning rate",
                "epoch",
                "learning rate of the last update",
                List.of(series("learning rate", epochs, Epoch::learningRate)));
    }

    static Chart.Series series(String name, List<Epoch> epochs, ToDoubleFunction<Epoch> value) {
        return new Chart.Series(
                name,
                epochs.stream().mapToDouble(Epoch::number).toArray(),
                epochs.stream().mapToDouble(value).toArray());
    }

    /** The loss within epochs. */
    static Chart perBatch(List<History.LossPoint> losses) {
        Chart.Series series = new Chart.Series(
                "training",
                losses.stream().mapToDouble(History.LossPoint::batches).toArray(),
                losses.stream().mapToDouble(History.LossPoint::loss).toArray());
        return new Chart("Loss within epochs", "batches", "loss", List.of(series));
    }
}
