package schuss.schedules;

/**
 * A number over the course of training: a factor of the optimiser's learning rate, or the momentum itself.
 *
 * <pre>{@code
 * Trainer.of(model, loss, new Adam(1e-3)).withSchedule(new WarmUp(Span.steps(500)).then(new Cosine()));
 * Trainer.of(model, loss, new Momentum(10, 0.5).withForm(Momentum.Form.AVERAGED))
 *     .withSchedule(new StepDecay(0.998, Span.epochs(1)))
 *     .withMomentumSchedule(new Linear(0.5, 0.99, Span.epochs(500)).perEpoch());
 * }</pre>
 *
 * <p>It depends on the step alone, so that training goes on from any step as if it had never stopped. Past its end a
 * schedule keeps its last value unless it says otherwise.
 */
@FunctionalInterface
public interface Schedule {
    /**
     * The number at a step; allocates nothing.
     *
     * @param step updates before this one, from 0
     * @param stepsPerEpoch updates in an epoch, at least 1
     * @param totalSteps updates until the end of this {@code fit}
     */
    double at(long step, long stepsPerEpoch, long totalSteps);

    /** The same number throughout an epoch: that of its first step. */
    default Schedule perEpoch() {
        return new PerEpoch(this);
    }

    /** The product of two. */
    default Schedule times(Schedule other) {
        return new Product(this, other);
    }

    /** This one for a while, then another, which sees the steps and the total that are left. */
    default Schedule then(Span length, Schedule next) {
        return new Chain(this, length, next);
    }
}
