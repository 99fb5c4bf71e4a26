package schuss.schedules;

import schuss.optim.Check;

/**
 * Step decay: {@code factor^floor(t / length)} with the step t. The number is multiplied by the factor after each length,
 * and constant in between.
 *
 * <pre>{@code
 * new StepDecay(0.1, Span.epochs(30))     // a tenth after every 30 epochs
 * }</pre>
 *
 * @param factor the factor for each length, above 0; below 1 for decay
 * @param length the time between two changes
 */
public record StepDecay(double factor, Span length) implements Schedule {
    /**
     * Creates the schedule.
     *
     * @param factor the factor for each length, above 0
     * @param length the time between two changes
     * @throws IllegalArgumentException if the factor is not finite and above 0
     */
    public StepDecay {
        Check.aboveZero("StepDecay", "factor", factor);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return Math.pow(factor, Math.floor(step / length.inSteps(stepsPerEpoch, totalSteps)));
    }
}
