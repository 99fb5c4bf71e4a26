package schuss.losses;

import schuss.ops.Value;

/**
 * Girshick (2015): e^2 / (2 beta) for errors e = y - t of at most beta, |e| - beta / 2 beyond, the mean over an example's
 * outputs: {@link Huber} with delta = beta, divided by beta.
 *
 * @param beta where the parabola becomes a line, above 0; {@link MeanAbsoluteError} is the limit at 0
 */
public record SmoothL1(double beta) implements Loss {
    public SmoothL1 {
        if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("SmoothL1: expected a finite beta above 0, got " + beta);
        }
    }

    /** With beta 1. */
    public SmoothL1() {
        this(1);
    }

    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("SmoothL1", output, target);
        Huber huber = new Huber(beta);
        return Loss.meanPerExample(
                output.map(target, (y, t) -> huber.formula(y.sub(t)).mul(1 / beta)));
    }
}
