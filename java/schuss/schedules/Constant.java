package schuss.schedules;

import schuss.optim.Check;

/**
 * A number that never changes.
 *
 * @param value the number, finite and at least 0
 */
public record Constant(double value) implements Schedule {
    /**
     * Creates the schedule.
     *
     * @param value the number, finite and at least 0
     * @throws IllegalArgumentException if the value is negative or not finite
     */
    public Constant {
        Check.atLeastZero("Constant", "value", value);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return value;
    }
}
