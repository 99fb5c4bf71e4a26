package schuss.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import schuss.report.Chart;

/** The charts of a history. */
public final class Curves {
    private static final String VALIDATION = "validation ";
    private static final double WIDE = 1000;

    private Curves() {}

    /** A chart for the loss and one for each metric, with a curve for training and one for validation where there is one. */
    public static List<Chart> perEpoch(List<Epoch> epochs) {
        List<Chart> charts = new ArrayList<>();
        Set<String> names = epochs.isEmpty() ? Set.of() : epochs.get(0).values().keySet();
        for (String name : names) {
            if (!name.startsWith(VALIDATION)) {
                List<Chart.Series> series = new ArrayList<>(List.of(series("training", epochs, name)));
                if (names.contains(VALIDATION + name)) {
                    series.add(series("validation", epochs, VALIDATION + name));
                }
                charts.add(chart(title(name), "epoch", name, series));
            }
        }
        return charts;
    }

    private static String title(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    public static Chart learningRate(List<Epoch> epochs) {
        return new Chart(
                "Learning rate",
                "epoch",
                "learning rate of the last update",
                List.of(series("learning rate", epochs, Epoch::learningRate)));
    }

    /** The values of those epochs that have one: an epoch that was stopped was not validated. */
    private static Chart.Series series(String name, List<Epoch> epochs, String value) {
        List<Epoch> having =
                epochs.stream().filter(e -> e.values().containsKey(value)).toList();
        return series(name, having, e -> e.value(value));
    }

    private static Chart.Series series(String name, List<Epoch> epochs, ToDoubleFunction<Epoch> value) {
        return new Chart.Series(
                name,
                epochs.stream().mapToDouble(Epoch::number).toArray(),
                epochs.stream().mapToDouble(value).toArray());
    }

    /** The loss within epochs. */
    public static Chart perBatch(List<History.LossPoint> losses) {
        Chart.Series series = new Chart.Series(
                "training",
                losses.stream().mapToDouble(History.LossPoint::batches).toArray(),
                losses.stream().mapToDouble(History.LossPoint::loss).toArray());
        return chart("Loss within epochs", "batches", "loss", List.of(series));
    }

    /** Numbers of very different size are shown by their logarithms. */
    private static Chart chart(String title, String x, String y, List<Chart.Series> series) {
        DoubleSummaryStatistics values = series.stream()
                .flatMapToDouble(s -> Arrays.stream(s.y()))
                .filter(Double::isFinite)
                .summaryStatistics();
        boolean wide = values.getMin() > 0 && values.getMax() > WIDE * values.getMin();
        return new Chart(title, x, y, wide, series);
    }
}
