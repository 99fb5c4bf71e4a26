package schuss.metrics;

import schuss.losses.Loss;
import schuss.ops.Value;

/** MAE: the mean of |y - t| over examples and their outputs. */
public record MeanAbsoluteError() implements Metric {
    @Override
    public String name() {
        return "mae";
    }

    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("MeanAbsoluteError", output, target);
        return Loss.meanPerExample(output.sub(target).map(e -> e.abs()));
    }

    @Override
    public boolean isHigherBetter() {
        return false;
    }
}
