package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The mean squared logarithmic error, for positive targets of very different sizes, where relative errors matter: {@code
 * (log(1 + y) - log(1 + t))^2}, averaged over the outputs of an example. Outputs and targets have the same shape (batch,
 * ...) and type f32. Those below 0 count as 0. A negative output has no gradient, so let the network end in a positive
 * activation such as {@code Softplus}.
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
