package schuss.schedules;

import schuss.optim.Check;

/**
 * factor^(t / length): the number shrinks by the factor once in the length, little by little. With {@link #perEpoch} once
 * an epoch; {@link StepDecay} jumps.
 *
 * @param factor above 0; below 1 to decay
 * @param length after which the factor has been applied once
 */
public record Exponential(double factor, Span length) implements Schedule {
    public Exponential {
        Check.aboveZero("Exponential", "factor", factor);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return Math.pow(factor, step / length.inSteps(stepsPerEpoch, totalSteps));
    }
}
