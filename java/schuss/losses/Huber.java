package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * Huber (1964): e^2 / 2 for errors e = y - t of at most delta, delta * (|e| - delta / 2) beyond, the mean over an example's
 * outputs. Outliers pull with a force of delta at most. {@link SmoothL1} with beta = delta is this divided by delta.
 *
 * @param delta where the parabola becomes a line, above 0
 */
public record Huber(double delta) implements Loss {
    public Huber {
        if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Huber: expected a finite delta above 0, got " + delta);
        }
    }

    /** With delta 1. */
    public Huber() {
        this(1);
    }

    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("Huber", output, target);
        return Loss.meanPerExample(output.map(target, (y, t) -> formula(y.sub(t))));
    }

    Expression formula(Expression e) {
        Expression size = e.abs();
        return Expression.where(
                size.greater(Expression.constant(delta)),
                size.sub(delta / 2).mul(delta),
                e.square().mul(0.5));
    }
}
