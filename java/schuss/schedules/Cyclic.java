package schuss.schedules;

import schuss.optim.Check;

/**
 * Up and down again and again (Smith 2017): from low to high in {@code up} steps and back in {@code down}. The height of
 * cycle i, counted from 0, is high - low times 1 (TRIANGULAR), 1 / 2^i (HALVING, "triangular2") or decay^t
 * (EXPONENTIAL, "exp_range").
 *
 * @param low at least 0
 * @param high at least low; 1 unless given
 * @param up the length of the rise
 * @param down the length of the fall; as long as the rise unless given
 * @param form TRIANGULAR unless given
 * @param decay of the height in every step, in (0, 1]
 */
public record Cyclic(double low, double high, Span up, Span down, Form form, double decay) implements Schedule {
    /** How the height changes. */
    public enum Form {
        TRIANGULAR,
        HALVING,
        EXPONENTIAL
    }

    public Cyclic {
        Check.atLeastZero("Cyclic", "low number", low);
        Check.that(
                "Cyclic",
                "a finite high number of at least the low, " + low,
                high >= low && high < Double.POSITIVE_INFINITY,
                high);
        Check.that("Cyclic", "a decay in (0, 1]", decay > 0 && decay <= 1, decay);
    }

    public Cyclic(double low, Span up) {
        this(low, 1, up, up, Form.TRIANGULAR, 1);
    }

    public Cyclic withHigh(double value) {
        return new Cyclic(low, value, up, down, form, decay);
    }

    public Cyclic withDown(Span length) {
        return new Cyclic(low, high, up, length, form, decay);
    }

    /** Each cycle half as high as that before. */
    public Cyclic withHalving() {
        return new Cyclic(low, high, up, down, Form.HALVING, 1);
    }

    /** Every step this much less high. */
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
