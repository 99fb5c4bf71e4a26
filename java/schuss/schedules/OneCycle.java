package schuss.schedules;

import schuss.optim.Check;

/**
 * The one-cycle policy for fast training with high learning rates, as PyTorch defines it: the factor rises from {@code
 * first} to {@code peak} in the first part of the training and then falls to {@code last}. With three phases it first
 * falls back to {@code first} in the same time as it rose, then on to {@code last}. The phases end at the steps {@code
 * rise * total - 1}, {@code 2 * rise * total - 2} and {@code total - 1}. After the end, where PyTorch throws an error,
 * the last number stays.
 *
 * <pre>{@code
 * OneCycle cycle = new OneCycle();                       // the optimizer's learning rate is the peak
 * trainer.withSchedule(cycle).withMomentumSchedule(cycle.momentum(0.85, 0.95));
 * }</pre>
 *
 * <p>Source: Smith and Topin, Super-Convergence (2018).
 *
 * @param first the factor at the beginning, at least 0; 1 / 25 by default
 * @param peak the highest factor, at least 0; 1 by default
 * @param last the factor at the end, at least 0; first / 10,000 by default
 * @param rise the share of the steps up to the peak, in (0, 1), or in (0, 1/2) with three phases; 0.3 by default
 * @param linear whether it moves along straight lines instead of half cosines
 * @param threePhases whether it returns to {@code first} before falling to {@code last}
 * @param length the length of the cycle; the whole training by default
 */
public record OneCycle(
        double first, double peak, double last, double rise, boolean linear, boolean threePhases, Span length)
        implements Schedule {
    private static final double DIVISOR = 25;
    private static final double LAST_DIVISOR = 1e4;

    /**
     * Creates the schedule with all settings.
     *
     * @param first the factor at the beginning, at least 0
     * @param peak the highest factor, at least 0
     * @param last the factor at the end, at least 0
     * @param rise the share of the steps up to the peak, in (0, 1), or in (0, 1/2) with three phases
     * @param linear whether it moves along straight lines instead of half cosines
     * @param threePhases whether it returns to {@code first} before falling to {@code last}
     * @param length the length of the cycle
     * @throws IllegalArgumentException if a number is out of its range
     */
    public OneCycle {
        Check.atLeastZero("OneCycle", "first number", first);
        Check.atLeastZero("OneCycle", "peak", peak);
        Check.atLeastZero("OneCycle", "last number", last);
        double most = threePhases ? 0.5 : 1;
        Check.that("OneCycle", "a rise in (0, " + most + ")", rise > 0 && rise < most, rise);
    }

    /**
     * Creates a cycle with the default numbers.
     *
     * @param length the length of the cycle
     */
    public OneCycle(Span length) {
        this(1 / DIVISOR, 1, 1 / DIVISOR / LAST_DIVISOR, 0.3, false, false, length);
    }

    /** Creates a cycle over the whole training with the default numbers. */
    public OneCycle() {
        this(Span.training());
    }

    /**
     * {@return a copy of this schedule with other numbers at the beginning and at the end}
     *
     * @param divisor the peak divided by the first number, above 0
     * @param lastDivisor the first number divided by the last, above 0
     */
    public OneCycle withDivisors(double divisor, double lastDivisor) {
        Check.aboveZero("OneCycle", "factor", divisor);
        Check.aboveZero("OneCycle", "factor", lastDivisor);
        return new OneCycle(peak / divisor, peak, peak / divisor / lastDivisor, rise, linear, threePhases, length);
    }

    /**
     * {@return a copy of this schedule with another length of the rise}
     *
     * @param share the share of the steps up to the peak, in (0, 1), or in (0, 1/2) with three phases
     */
    public OneCycle withRise(double share) {
        return new OneCycle(first, peak, last, share, linear, threePhases, length);
    }

    /** {@return a copy of this schedule that moves along straight lines} */
    public OneCycle withStraightLines() {
        return new OneCycle(first, peak, last, rise, true, threePhases, length);
    }

    /** {@return a copy of this schedule with three phases} */
    public OneCycle withThreePhases() {
        return new OneCycle(first, peak, last, rise, linear, true, length);
    }

    /**
     * {@return the schedule of the momentum that belongs to this one: low where the learning rate is high}
     *
     * @param low the momentum at the peak of the learning rate
     * @param high the momentum at the beginning and at the end
     */
    public OneCycle momentum(double low, double high) {
        return new OneCycle(high, low, high, rise, linear, threePhases, length);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        double total = length.inSteps(stepsPerEpoch, totalSteps);
        double top = rise * total - 1;
        double back = 2 * rise * total - 2;
        if (step <= top) {
            return between(first, peak, step, 0, top);
        } else if (!threePhases) {
            return between(peak, last, step, top, total - 1);
        } else if (step <= back) {
            return between(peak, first, step, top, back);
        }
        return between(first, last, step, back, total - 1);
    }

    private double between(double from, double to, double step, double begin, double end) {
        double share = end > begin ? Math.min(1, (step - begin) / (end - begin)) : 1;
        return to + (from - to) * (linear ? 1 - share : Cosine.half(share));
    }
}
