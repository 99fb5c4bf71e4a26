package schuss.cli;

import java.util.List;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.layers.Rescale;
import schuss.losses.Loss;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.Metric;
import schuss.ops.Value;

/** What training makes small and what it reports. */
record Objective(Loss loss, List<Metric> metrics) {
    static final Objective CLASSES = new Objective(new SoftmaxCrossEntropy(), List.of(new Accuracy()));

    static Objective of(Dataset train) {
        return train.classes() > 0
                ? CLASSES
                : new Objective(new ScaledError(TargetScale.of(train).deviation()), List.of());
    }

    /** The squared error of numbers divided by their deviation: gradients are of one size whatever the unit. */
    private record ScaledError(double deviation) implements Loss {
        @Override
        public Value forward(Value output, Value target) {
            return new MeanSquaredError().forward(output.mul(1 / deviation), target.mul(1 / deviation));
        }
    }

    /** Mean and deviation of targets that are numbers; a deviation of 0 counts as 1. */
    record TargetScale(double mean, double deviation) {
        static TargetScale of(Dataset train) {
            ExampleReader reader = new ExampleReader(train);
            double mean = 0;
            double squares = 0;
            for (int i = 0; i < train.size(); i++) {
                reader.read(i);
                double difference = reader.targets()[0] - mean;
                mean += difference / (i + 1);
                squares += difference * (reader.targets()[0] - mean);
            }
            return new TargetScale(mean, squares > 0 ? Math.sqrt(squares / train.size()) : 1);
        }

        Rescale undo() {
            return Rescale.undo(new double[] {mean}, deviation);
        }
    }
}
