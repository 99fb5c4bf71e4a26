package schuss.schedules;

import schuss.optim.Check;

/**
 * A straight line from one number to another; the last number stays.
 *
 * <pre>{@code
 * new Linear(1, 0.01, Span.training())
 * }</pre>
 *
 * @param from the first number, finite and at least 0
 * @param to the last number, finite and at least 0
 * @param length the time until the last number is reached
 */
public record Linear(double from, double to, Span length) implements Schedule {
    /**
     * Creates the schedule.
     *
     * @param from the first number, finite and at least 0
     * @param to the last number, finite and at least 0
     * @param length the time until the last number is reached
     * @throws IllegalArgumentException if a number is negative or not finite
     */
    public Linear {
        Check.atLeastZero("Linear", "first number", from);
        Check.atLeastZero("Linear", "last number", to);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return from + (to - from) * Math.min(1, step / length.inSteps(stepsPerEpoch, totalSteps));
    }
}
