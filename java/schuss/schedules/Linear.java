package schuss.schedules;

import schuss.optim.Check;

/**
 * From one number to another in a straight line, where it stays.
 *
 * @param from at least 0
 * @param to at least 0
 * @param length until it is there
 */
public record Linear(double from, double to, Span length) implements Schedule {
    public Linear {
        Check.atLeastZero("Linear", "first number", from);
        Check.atLeastZero("Linear", "last number", to);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return from + (to - from) * Math.min(1, step / length.inSteps(stepsPerEpoch, totalSteps));
    }
}
