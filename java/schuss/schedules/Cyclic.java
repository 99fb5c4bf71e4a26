package schuss.schedules;

import schuss.optim.Check;

/**
 * Cyclical learning rates: the factor rises in a straight line from low to high and falls back, again and again. The
 * height of cycle i, counted from 0, is {@code high - low} times
 *
 * <ul>
 * <li>1 for {@link Form#TRIANGULAR}
 * <li>1 / 2^i for {@link Form#HALVING} ("triangular2")
 * <li>decay^t, with the step t, for {@link Form#EXPONENTIAL} ("exp_range")
 * </ul>
 *
 * <p>Source: Smith, Cyclical Learning Rates (2017).
 *
 * @param low the lowest factor, at least 0
 * @param high the highest factor, at least low; 1 by default
 * @param up the length of the rise
 * @param down the length of the fall; the same as the rise by default
 * @param form how the height changes; {@link Form#TRIANGULAR} by default
 * @param decay the factor of the height in every step for {@link Form#EXPONENTIAL}, in (0, 1]
 */
public record Cyclic(double low, double high, Span up, Span down, Form form, double decay) implements Schedule {
    /** How the height of the cycles changes. */
    public enum Form {
        /** All cycles have the same height. */
        TRIANGULAR,
        /** Each cycle has half the height of the one before. */
        HALVING,
        /** The height decays by a factor in every step. */
        EXPONENTIAL
    }

    /**
     * Creates the schedule with all settings.
     *
     * @param low the lowest factor, at least 0
     * @param high the highest factor, at least low
     * @param up the length of the rise
     * @param down the length of the fall
     * @param form how the height changes
     * @param decay the factor of the height in every step for {@link Form#EXPONENTIAL}, in (0, 1]
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Cyclic {
        Check.atLeastZero("Cyclic", "low number", low);
        Check.that(
                "Cyclic",
                "a finite high number of at least the low, " + low,
                high >= low && high < Double.POSITIVE_INFINITY,
                high);
        Check.that("Cyclic", "a decay in (0, 1]", decay > 0 && decay <= 1, decay);
    }

    /**
     * Creates cycles of equal height between {@code low} and 1.
     *
     * @param low the lowest factor, in [0, 1]
     * @param up the length of the rise and of the fall
     */
    public Cyclic(double low, Span up) {
        this(low, 1, up, up, Form.TRIANGULAR, 1);
    }

    /**
     * {@return a copy of this schedule with another highest factor}
     *
     * @param value the highest factor, at least low
     */
    public Cyclic withHigh(double value) {
        return new Cyclic(low, value, up, down, form, decay);
    }

    /**
     * {@return a copy of this schedule with another length of the fall}
     *
     * @param length the length of the fall
     */
    public Cyclic withDown(Span length) {
        return new Cyclic(low, high, up, length, form, decay);
    }

    /** {@return a copy of this schedule in which each cycle has half the height of the one before} */
    public Cyclic withHalving() {
        return new Cyclic(low, high, up, down, Form.HALVING, 1);
    }

    /**
     * {@return a copy of this schedule in which the height decays in every step}
     *
     * @param factor the factor of the height in every step, in (0, 1]
     */
    public Cyclic withDecay(double factor) {
        return new Cyclic(low, high, up, down, Form.EXPONENTIAL, factor);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        double rising = up.inSteps(stepsPerEpoch, totalSteps);
        double falling = down.inSteps(stepsPerEpoch, totalSteps);
        double cycle = Math.floor(step / (rising + falling));
        double rest = step - cycle * (rising + falling);
        double share = rest <= rising ? rest / rising : 1 - (rest - rising) / falling;
        double height = switch (form) {
            case TRIANGULAR -> 1;
            case HALVING -> Math.pow(0.5, cycle);
            case EXPONENTIAL -> Math.pow(decay, (double) step);
        };
        return low + (high - low) * share * height;
    }
}
