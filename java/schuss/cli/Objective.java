package schuss.cli;

import java.util.List;
import schuss.data.TableSchema;
import schuss.losses.Loss;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.Metric;

/** What training makes small and what it reports. */
record Objective(Loss loss, List<Metric> metrics) {
    static final Objective CLASSES = new Objective(new SoftmaxCrossEntropy(), List.of(new Accuracy()));

    /** Numbers are scaled by their deviation, so that gradients are of one size whatever the unit. */
    static Objective of(TableSchema table) {
        return table.classification() ? CLASSES : new Objective(new MeanSquaredError(), List.of());
    }
}
