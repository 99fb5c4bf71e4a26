package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * max(0, 1 - t y) for targets t of -1 and +1, the mean over an example's outputs: the loss of a support vector machine
 * (Cortes and Vapnik 1995). Its slope at the margin is 0.
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
