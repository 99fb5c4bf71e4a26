package schuss.schedules;

/**
 * Rises in a straight line to 1: (t + 1) / length, so that no step is lost to a rate of 0. Then 1, or what follows:
 * {@code new WarmUp(Span.steps(500)).then(new Cosine())}.
 *
 * @param length of the rise
 */
public record WarmUp(Span length) implements Schedule {
    /** What follows; it sees the steps and the total that are left. */
    public Schedule then(Schedule next) {
        return then(length, next);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return Math.min(1, (step + 1) / length.inSteps(stepsPerEpoch, totalSteps));
    }
}
