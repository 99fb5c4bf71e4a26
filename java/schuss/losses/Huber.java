package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The Huber loss, for regression with outliers: squared error for small errors, absolute error for large ones. For the
 * error {@code e = y - t} it is
 *
 * <pre>{@code
 * e^2 / 2                      where |e| <= delta
 * delta * (|e| - delta / 2)    elsewhere
 * }</pre>
 *
 * <p>averaged over the outputs of an example. Outputs and targets have the same shape (batch, ...) and type f32. The
 * gradient of an error is never larger than delta. {@link SmoothL1} with beta = delta is this loss divided by delta.
 *
 * <p>Source: Huber, Robust Estimation of a Location Parameter (1964).
 *
 * @param delta the error from which the loss grows linearly, finite and above 0; 1 by default
 */
public record Huber(double delta) implements Loss {
    /**
     * Creates the loss with a given delta.
     *
     * @param delta the error from which the loss grows linearly, finite and above 0
     * @throws IllegalArgumentException if delta is not finite and above 0
     */
    public Huber {
        if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Huber: expected a finite delta above 0, got " + delta);
        }
    }

    /** Creates the loss with delta 1. */
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
