package schuss.metrics;

import schuss.losses.Loss;
import schuss.ops.Value;

/** RMSE: the square root of the mean of (y - t)^2 over examples and their outputs. */
public record RootMeanSquaredError() implements Metric {
    @Override
    public String name() {
        return "rmse";
    }

    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("RootMeanSquaredError", output, target);
        return Loss.meanPerExample(output.sub(target).square());
    }

    @Override
    public double result(double... means) {
        return Math.sqrt(means[0]);
    }

    @Override
    public boolean isHigherBetter() {
        return false;
    }
}
