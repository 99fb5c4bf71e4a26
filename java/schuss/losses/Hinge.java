package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The hinge loss of support vector machines: {@code max(0, 1 - t y)} for targets t of -1 and +1, averaged over the
 * outputs of an example. Outputs and targets have the same shape (batch, ...) and type f32. The gradient at the margin,
 * {@code t y = 1}, is 0.
 *
 * <p>Source: Cortes and Vapnik, Support-Vector Networks (1995).
 */
public record Hinge() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("Hinge", output, target);
        return Loss.meanPerExample(output.map(target, Hinge::margin));
    }

    /** By how much y misses a margin of 1 on t's side. */
    static Expression margin(Expression y, Expression t) {
        return Expression.constant(1).sub(t.mul(y)).relu();
    }
}
