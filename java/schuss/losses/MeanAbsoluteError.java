package schuss.losses;

import schuss.ops.Value;

/**
 * The mean absolute error, for regression that should not be dominated by outliers: {@code |y - t|}, averaged over the
 * outputs of an example. Outputs and targets have the same shape (batch, ...) and type f32. The gradient where they are
 * equal is 0.
 */
public record MeanAbsoluteError() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("MeanAbsoluteError", output, target);
        return Loss.meanPerExample(output.map(target, (y, t) -> y.sub(t).abs()));
    }
}
