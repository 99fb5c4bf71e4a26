package schuss.schedules;

import schuss.optim.Check;

/**
 * Exponential decay: {@code factor^(t / length)} with the step t, so that the number is multiplied by the factor once in
 * each length, little by little. {@link StepDecay} does the same in jumps; {@link #perEpoch} makes this one jump at every
 * epoch.
 *
 * <pre>{@code
 * new Exponential(0.9, Span.epochs(1))     // 10 % less in every epoch
 * }</pre>
 *
 * @param factor the factor for each length, above 0; below 1 for decay
 * @param length the time in which the factor is applied once
 */
public record Exponential(double factor, Span length) implements Schedule {
    /**
     * Creates the schedule.
     *
     * @param factor the factor for each length, above 0
     * @param length the time in which the factor is applied once
     * @throws IllegalArgumentException if the factor is not finite and above 0
     */
    public Exponential {
        Check.aboveZero("Exponential", "factor", factor);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return Math.pow(factor, step / length.inSteps(stepsPerEpoch, totalSteps));
    }
}
