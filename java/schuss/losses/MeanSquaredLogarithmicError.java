package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * (log(1 + y) - log(1 + t))^2, the mean over an example's outputs: errors relative to the target's size. Outputs and
 * targets below 0 count as 0; a negative output has no slope, so a network should end in something that is positive.
 */
public record MeanSquaredLogarithmicError() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("MeanSquaredLogarithmicError", output, target);
        return Loss.meanPerExample(
                output.map(target, (y, t) -> log(y).sub(log(t)).square()));
    }

    private static Expression log(Expression x) {
        return x.relu().log1p();
    }
}
