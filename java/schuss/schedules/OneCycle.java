package schuss.schedules;

import schuss.optim.Check;

/**
 * Up and down once (Smith and Topin 2018), as PyTorch defines it: from the first number to the peak in the first {@code
 * rise} of the steps, then to the last number. In three phases it takes as long down to the first number as it took up,
 * then goes on to the last. Phase ends fall on the steps rise * total - 1, 2 * rise * total - 2 and total - 1.
 *
 * <pre>{@code
 * OneCycle cycle = new OneCycle();                       // the optimiser's rate is the peak
 * trainer.withSchedule(cycle).withMomentumSchedule(cycle.momentum(0.85, 0.95));
 * }</pre>
 *
 * <p>Past the end, where PyTorch fails, the last number stays.
 *
 * @param first at least 0; 1 / 25 unless given
 * @param peak at least 0; 1 unless given
 * @param last at least 0; first / 10,000 unless given
 * @param rise the share of the steps up to the peak, in (0, 1), in three phases at most 1/2; 0.3 unless given
 * @param linear in straight lines instead of half cosines
 * @param threePhases whether it comes back to the first number before the last
 * @param length of the cycle; the whole training unless given
 */
public record OneCycle(
        double first, double peak, double last, double rise, boolean linear, boolean threePhases, Span length)
        implements Schedule {
    private static final double DIVISOR = 25;
    private static final double LAST_DIVISOR = 1e4;

    public OneCycle {
        Check.atLeastZero("OneCycle", "first number", first);
        Check.atLeastZero("OneCycle", "peak", peak);
        Check.atLeastZero("OneCycle", "last number", last);
        double most = threePhases ? 0.5 : 1;
        Check.that("OneCycle", "a rise in (0, " + most + ")", rise > 0 && rise < most, rise);
    }

    public OneCycle(Span length) {
        this(1 / DIVISOR, 1, 1 / DIVISOR / LAST_DIVISOR, 0.3, false, false, length);
    }

    public OneCycle() {
        this(Span.training());
    }

    /** From a divisor-th of the peak to a last-divisor-th of that. */
    public OneCycle withDivisors(double divisor, double lastDivisor) {
        Check.aboveZero("OneCycle", "factor", divisor);
        Check.aboveZero("OneCycle", "factor", lastDivisor);
        return new OneCycle(peak / divisor, peak, peak / divisor / lastDivisor, rise, linear, threePhases, length);
    }

    public OneCycle withRise(double share) {
        return new OneCycle(first, peak, last, share, linear, threePhases, length);
    }

    public OneCycle withStraightLines() {
        return new OneCycle(first, peak, last, rise, true, threePhases, length);
    }

    public OneCycle withThreePhases() {
        return new OneCycle(first, peak, last, rise, linear, true, length);
    }

    /** The momentum that goes with it: high where the rate is low. */
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
