package schuss.schedules;

import schuss.optim.Check;

/**
 * Half cosines one after the other (SGDR, Loshchilov and Hutter 2017): in cycle i, of {@code first * lengthen^i} steps,
 * end + (1 - end) * shrink^i * (1 + cos(pi * share of the cycle)) / 2.
 *
 * @param first the length of the first cycle
 * @param lengthen how many times as long each cycle is as that before, at least 1; 1 unless given
 * @param shrink how many times as high each cycle begins, above 0; 1 unless given
 * @param end in [0, 1]; 0 unless given
 */
public record CosineRestarts(Span first, double lengthen, double shrink, double end) implements Schedule {
    public CosineRestarts {
        Check.that(
                "CosineRestarts",
                "a finite factor of lengths of at least 1",
                lengthen >= 1 && lengthen < Double.POSITIVE_INFINITY,
                lengthen);
        Check.aboveZero("CosineRestarts", "factor", shrink);
        Check.share("CosineRestarts", "end", end);
    }

    public CosineRestarts(Span first) {
        this(first, 1, 1, 0);
    }

    public CosineRestarts withLengthen(double factor) {
        return new CosineRestarts(first, factor, shrink, end);
    }

    public CosineRestarts withShrink(double factor) {
        return new CosineRestarts(first, lengthen, factor, end);
    }

    public CosineRestarts withEnd(double value) {
        return new CosineRestarts(first, lengthen, shrink, value);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        double length = first.inSteps(stepsPerEpoch, totalSteps);
        double height = 1;
        double rest = step;
        while (rest >= length) {
            rest -= length;
            length *= lengthen;
            height *= shrink;
        }
        return end + (1 - end) * height * Cosine.half(rest / length);
    }
}
