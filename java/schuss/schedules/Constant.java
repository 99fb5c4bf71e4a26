package schuss.schedules;

import schuss.optim.Check;

/**
 * Always the same number.
 *
 * @param value at least 0
 */
public record Constant(double value) implements Schedule {
    public Constant {
        Check.atLeastZero("Constant", "value", value);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return value;
    }
}
