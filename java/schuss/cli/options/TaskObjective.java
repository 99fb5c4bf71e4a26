package schuss.cli.options;

import java.util.List;
import schuss.data.table.TableSchema;
import schuss.losses.Loss;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.Metric;

/**
 * The loss that training minimises and the metrics it reports.
 *
 * @param loss to minimise
 * @param metrics to report
 */
public record TaskObjective(Loss loss, List<Metric> metrics) {
    public static final TaskObjective CLASSES = new TaskObjective(new SoftmaxCrossEntropy(), List.of(new Accuracy()));

    /** Numbers are scaled by their deviation, so that gradients are of one size whatever the unit. */
    public static TaskObjective of(TableSchema table) {
        return table.classification() ? CLASSES : new TaskObjective(new MeanSquaredError(), List.of());
    }
}
