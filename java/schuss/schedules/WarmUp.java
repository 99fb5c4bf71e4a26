package schuss.schedules;

/**
 * Linear warm-up: the learning rate rises in a straight line to its full value, {@code (t + 1) / length} at step t. (It
 * begins at 1 / length, because a step with rate 0 would be wasted.) Afterwards the factor is 1, or what {@link #then}
 * adds.
 *
 * <pre>{@code
 * new WarmUp(Span.steps(500)).then(new Cosine())
 * }</pre>
 *
 * @param length the time until the full learning rate
 */
public record WarmUp(Span length) implements Schedule {
    /**
     * {@return this warm-up followed by another schedule, which takes the rest of the training as its whole}
     *
     * @param next the schedule that follows
     */
    public Schedule then(Schedule next) {
        return then(length, next);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return Math.min(1, (step + 1) / length.inSteps(stepsPerEpoch, totalSteps));
    }
}
