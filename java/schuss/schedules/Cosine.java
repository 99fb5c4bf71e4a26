package schuss.schedules;

import schuss.optim.Check;

/**
 * From 1 along half a cosine (Loshchilov and Hutter 2017): end + (1 - end) * (1 + cos(pi * t / length)) / 2; then the
 * end.
 *
 * @param end in [0, 1]; 0 unless given
 * @param length until the end; the whole training unless given
 */
public record Cosine(double end, Span length) implements Schedule {
    public Cosine {
        Check.share("Cosine", "end", end);
    }

    public Cosine(Span length) {
        this(0, length);
    }

    public Cosine() {
        this(Span.training());
    }

    public Cosine withEnd(double value) {
        return new Cosine(value, length);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return end + (1 - end) * half(Math.min(1, step / length.inSteps(stepsPerEpoch, totalSteps)));
    }

    /** From 1 to 0 while the share goes from 0 to 1. */
    static double half(double share) {
        return (1 + Math.cos(Math.PI * share)) / 2;
    }
}
