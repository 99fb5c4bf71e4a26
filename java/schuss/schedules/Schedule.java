package schuss.schedules;

/**
 * How a number changes over the course of training: a factor of the optimizer's learning rate, or the momentum itself.
 *
 * <pre>{@code
 * Trainer.of(model, loss, new Adam(1e-3)).withSchedule(new WarmUp(Span.steps(500)).then(new Cosine()));
 * Trainer.of(model, loss, new Momentum(10, 0.5).withForm(Momentum.Form.AVERAGED))
 *     .withSchedule(new StepDecay(0.998, Span.epochs(1)))
 *     .withMomentumSchedule(new Linear(0.5, 0.99, Span.epochs(500)).perEpoch());
 * }</pre>
 *
 * <p>The number depends only on the step, so that training can be resumed at any step with the same result. After its end
 * a schedule keeps its last value unless its description says otherwise. Your own schedule is a lambda with the
 * parameters of {@link #at}.
 */
@FunctionalInterface
public interface Schedule {
    /**
     * Returns the number for a step. It is called in every step and allocates no memory.
     *
     * @param step the number of updates before this one, from 0
     * @param stepsPerEpoch the number of updates in an epoch, at least 1
     * @param totalSteps the number of updates until the end of this {@code fit}
     * @return the number for this step
     */
    double at(long step, long stepsPerEpoch, long totalSteps);

    /** {@return this schedule with the same number throughout each epoch, that of the epoch's first step} */
    default Schedule perEpoch() {
        return new PerEpoch(this);
    }

    /**
     * {@return the product of this schedule and another}
     *
     * @param other the other schedule
     */
    default Schedule times(Schedule other) {
        return new Product(this, other);
    }

    /**
     * {@return this schedule for some time, followed by another one that starts at its own beginning and takes the rest
     * of the training as its whole}
     *
     * @param length how long this schedule lasts
     * @param next the schedule that follows
     */
    default Schedule then(Span length, Schedule next) {
        return new Chain(this, length, next);
    }
}
