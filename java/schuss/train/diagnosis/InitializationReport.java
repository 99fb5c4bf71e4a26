package schuss.train.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import schuss.Model;
import schuss.Session;
import schuss.data.Dataset;
import schuss.losses.Loss;
import schuss.ops.Value;
import schuss.report.TextTable;
import schuss.trace.Applied;
import schuss.trace.Programs;
import schuss.train.loop.Inspection;

/**
 * What passes through a model's layers, forward and backward, with the weights it has now: whether activations and gradients
 * keep their size from layer to layer, vanish or explode (Glorot and Bengio 2010), and how many units are silent.
 *
 * <pre>{@code
 * System.out.println(InitializationReport.of(model, new SoftmaxCrossEntropy(), data.take(256)));
 * }</pre>
 *
 * @param rows the layers in the order in which they run
 */
public record InitializationReport(List<Row> rows) {
    /**
     * One layer's output over a batch, of its last application where there are several.
     *
     * @param mean of its elements
     * @param variance of its elements
     * @param zeros the share of elements that are exactly 0, as those of resting ReLU units
     * @param gradientVariance of the loss's slopes with respect to each example's elements, times the batch squared, so that
     *     it does not shrink with the batch; NaN where nothing trained lies before, so that none is computed
     */
    public record Row(String path, String kind, double mean, double variance, double zeros, double gradientVariance) {}

    public InitializationReport {
        rows = List.copyOf(rows);
    }

    /**
     * Runs a model on a batch once, forward and backward, without dropout; changes nothing.
     *
     * @param batch taken whole; a few hundred examples
     */
    public static InitializationReport of(Model model, Loss loss, Dataset batch) {
        return Inspection.of(
                model, Inspection.goal(loss), batch, seen -> new InitializationReport(rows(seen, batch.size())));
    }

    private static List<Row> rows(Inspection seen, int count) {
        Session session = seen.session();
        Map<String, Row> rows = new LinkedHashMap<>();
        for (Applied applied : seen.innermost()) {
            String path = applied.path();
            Moments moments = Moments.of(session, seen.output(path));
            Value gradient = session.program().outputs().get(Programs.gradientOf(path));
            double slopes = gradient == null
                    ? Double.NaN
                    : Moments.of(session, gradient).variance() * count * count;
            rows.put(path, new Row(path, applied.kind(), moments.mean(), moments.variance(), moments.zeros(), slopes));
        }
        return new ArrayList<>(rows.values());
    }

    /** A table with a row a layer. */
    @Override
    public String toString() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("layer", "kind", "mean", "variance", "zeros", "gradient variance"));
        for (Row row : rows) {
            cells.add(List.of(
                    row.path,
                    row.kind,
                    String.format(Locale.ROOT, "%.3g", row.mean),
                    String.format(Locale.ROOT, "%.3g", row.variance),
                    String.format(Locale.ROOT, "%.1f %%", 100 * row.zeros),
                    Double.isNaN(row.gradientVariance)
                            ? "-"
                            : String.format(Locale.ROOT, "%.3g", row.gradientVariance)));
        }
        return TextTable.of(cells, 2, 3, 4, 5);
    }
}
