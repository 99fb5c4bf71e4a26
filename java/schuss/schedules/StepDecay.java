package schuss.schedules;

import schuss.optim.Check;

/**
 * factor^floor(t / length): a staircase, such as a tenth every 30 epochs.
 *
 * @param factor above 0; below 1 to decay
 * @param length of a step of the stairs
 */
public record StepDecay(double factor, Span length) implements Schedule {
    public StepDecay {
        Check.aboveZero("StepDecay", "factor", factor);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return Math.pow(factor, Math.floor(step / length.inSteps(stepsPerEpoch, totalSteps)));
    }
}
