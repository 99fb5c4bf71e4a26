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
 * How activations and gradients change from layer to layer with the model's current weights: whether they keep their
 * size, vanish or explode (Glorot and Bengio 2010), and how many units are silent.
 *
 * <pre>{@code
 * System.out.println(InitializationReport.of(model, new SoftmaxCrossEntropy(), data.take(256)));
 * }</pre>
 *
 * @param rows the layers in the order in which they run
 */
public record InitializationReport(List<Row> rows) {
    /**
     * The output of one layer over a batch; of its last application if there are several.
     *
     * @param path of the layer
     * @param kind of layer, its class's name
     * @param mean of the elements
     * @param variance of the elements
     * @param zeros the share of elements that are exactly 0, as those of inactive ReLU units
     * @param gradientVariance the variance of the gradient of the mean loss with respect to the elements, times the
     *     square of the batch size, so that it does not shrink with the batch. NaN if nothing trained comes before the
     *     layer, since no gradient is then computed
     */
    public record Row(String path, String kind, double mean, double variance, double zeros, double gradientVariance) {}

    /**
     * Creates the record; the list is copied.
     *
     * @param rows the layers in the order in which they run
     */
    public InitializationReport {
        rows = List.copyOf(rows);
    }

    /**
     * Runs a model once on a batch, forward and backward, without dropout. The model does not change.
     *
     * @param model the model
     * @param loss compares its output with the targets
     * @param batch a few hundred examples, used as one batch
     * @return the report
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

    /** A table with a row for each layer. */
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
