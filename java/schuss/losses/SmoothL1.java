package schuss.losses;

import schuss.ops.Value;

/**
 * The smooth L1 loss, used for bounding boxes: squared error for small errors, absolute error for large ones. For the
 * error {@code e = y - t} it is
 *
 * <pre>{@code
 * e^2 / (2 beta)      where |e| <= beta
 * |e| - beta / 2      elsewhere
 * }</pre>
 *
 * <p>averaged over the outputs of an example. Outputs and targets have the same shape (batch, ...) and type f32. It is
 * {@link Huber} with delta = beta, divided by beta.
 *
 * <p>Source: Girshick, Fast R-CNN (2015).
 *
 * @param beta the error from which the loss grows linearly, finite and above 0; 1 by default. For 0 use {@link
 *     MeanAbsoluteError}, which is the limit.
 */
public record SmoothL1(double beta) implements Loss {
    /**
     * Creates the loss with a given beta.
     *
     * @param beta the error from which the loss grows linearly, finite and above 0
     * @throws IllegalArgumentException if beta is not finite and above 0
     */
    public SmoothL1 {
        if (!(beta > 0 && beta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("SmoothL1: expected a finite beta above 0, got " + beta);
        }
    }

    /** Creates the loss with beta 1. */
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
