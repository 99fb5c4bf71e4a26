package schuss.schedules;

import schuss.optim.Check;

/**
 * Cosine annealing with warm restarts: the learning rate falls along half a cosine, jumps back and falls again, in
 * cycles. Cycle i has {@code first * lengthen^i} steps, and the factor in it is
 *
 * <pre>{@code
 * end + (1 - end) * shrink^i * (1 + cos(pi * share)) / 2
 * }</pre>
 *
 * <p>where {@code share} is the part of the cycle that has passed.
 *
 * <p>Source: Loshchilov and Hutter, SGDR (2017).
 *
 * @param first the length of the first cycle
 * @param lengthen by what factor each cycle is longer than the one before, at least 1; 1 by default
 * @param shrink by what factor each cycle begins lower than the one before, above 0; 1 by default
 * @param end the last factor of a cycle, in [0, 1]; 0 by default
 */
public record CosineRestarts(Span first, double lengthen, double shrink, double end) implements Schedule {
    /**
     * Creates the schedule with all settings.
     *
     * @param first the length of the first cycle
     * @param lengthen by what factor each cycle is longer than the one before, at least 1
     * @param shrink by what factor each cycle begins lower than the one before, above 0
     * @param end the last factor of a cycle, in [0, 1]
     * @throws IllegalArgumentException if a number is out of its range
     */
    public CosineRestarts {
        Check.that(
                "CosineRestarts",
                "a finite factor of lengths of at least 1",
                lengthen >= 1 && lengthen < Double.POSITIVE_INFINITY,
                lengthen);
        Check.aboveZero("CosineRestarts", "factor", shrink);
        Check.share("CosineRestarts", "end", end);
    }

    /**
     * Creates a schedule of equal cycles that fall to 0.
     *
     * @param first the length of every cycle
     */
    public CosineRestarts(Span first) {
        this(first, 1, 1, 0);
    }

    /**
     * {@return a copy of this schedule whose cycles become longer}
     *
     * @param factor the length of a cycle divided by that of the cycle before, at least 1
     */
    public CosineRestarts withLengthen(double factor) {
        return new CosineRestarts(first, factor, shrink, end);
    }

    /**
     * {@return a copy of this schedule whose cycles begin lower and lower}
     *
     * @param factor the height of a cycle divided by that of the cycle before, above 0
     */
    public CosineRestarts withShrink(double factor) {
        return new CosineRestarts(first, lengthen, factor, end);
    }

    /**
     * {@return a copy of this schedule with another end}
     *
     * @param value the last factor of a cycle, in [0, 1]
     */
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
