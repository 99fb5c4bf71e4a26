package schuss.metrics;

import schuss.Shape;
import schuss.losses.Loss;
import schuss.ops.Value;

/**
 * The coefficient of determination, R^2 = 1 - sum((t - y)^2) / sum((t - mean(t))^2): the share of the targets' variance
 * that outputs (batch, 1) explain; 0 for always predicting the mean, and NaN where all targets are equal. Squares of targets
 * are summed: bring targets near 0 first whose mean is many times their spread.
 */
public record RSquared() implements Metric {
    private static final int NUMBERS = 3; // squared error, target, squared target

    @Override
    public String name() {
        return "r2";
    }

    @Override
    public int numbers(Shape output) {
        return NUMBERS;
    }

    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("RSquared", output, target);
        int batch = output.shape().dim(0);
        if (output.shape().size() != batch) {
            throw new IllegalArgumentException(
                    "RSquared: expected one output per example, (batch, 1), got " + output.shape());
        }
        Shape column = Shape.of(batch, 1);
        Value t = target.reshape(column);
        return Value.concat(1, output.reshape(column).sub(t).square(), t.mul(1), t.square());
    }

    @Override
    public double result(double... means) {
        double variance = means[2] - means[1] * means[1];
        return variance > 0 ? 1 - means[0] / variance : Double.NaN;
    }
}
