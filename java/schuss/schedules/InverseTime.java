package schuss.schedules;

import schuss.optim.Check;

/**
 * Inverse time decay: {@code 1 / (1 + decay * t / length)} with the step t.
 *
 * @param decay how fast it falls, at least 0
 * @param length the unit of time: after one length the factor is {@code 1 / (1 + decay)}
 * @param staircase whether the factor changes only after each whole length; false by default
 */
public record InverseTime(double decay, Span length, boolean staircase) implements Schedule {
    /**
     * Creates the schedule with all settings.
     *
     * @param decay how fast it falls, at least 0
     * @param length the unit of time: after one length the factor is {@code 1 / (1 + decay)}
     * @param staircase whether the factor changes only after each whole length
     * @throws IllegalArgumentException if the decay is negative or not finite
     */
    public InverseTime {
        Check.atLeastZero("InverseTime", "decay", decay);
    }

    /**
     * Creates a schedule that changes with every step.
     *
     * @param decay how fast it falls, at least 0
     * @param length the unit of time
     */
    public InverseTime(double decay, Span length) {
        this(decay, length, false);
    }

    /** {@return a copy of this schedule that changes only after each whole length} */
    public InverseTime withStaircase() {
        return new InverseTime(decay, length, true);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        double time = step / length.inSteps(stepsPerEpoch, totalSteps);
        return 1 / (1 + decay * (staircase ? Math.floor(time) : time));
    }
}
