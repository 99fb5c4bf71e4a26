package schuss.schedules;

import schuss.optim.Check;

/**
 * 1 / (1 + decay * t / length).
 *
 * @param decay at least 0
 * @param length the unit of time: after one length the number is 1 / (1 + decay)
 * @param staircase whether only whole lengths count; not unless said
 */
public record InverseTime(double decay, Span length, boolean staircase) implements Schedule {
    public InverseTime {
        Check.atLeastZero("InverseTime", "decay", decay);
    }

    public InverseTime(double decay, Span length) {
        this(decay, length, false);
    }

    public InverseTime withStaircase() {
        return new InverseTime(decay, length, true);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        double time = step / length.inSteps(stepsPerEpoch, totalSteps);
        return 1 / (1 + decay * (staircase ? Math.floor(time) : time));
    }
}
