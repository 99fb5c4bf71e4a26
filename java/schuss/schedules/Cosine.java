package schuss.schedules;

import schuss.optim.Check;

/**
 * Cosine annealing: the learning rate falls from its full value to an end value along half a cosine. With the step t the
 * factor is
 *
 * <pre>{@code
 * end + (1 - end) * (1 + cos(pi * t / length)) / 2
 * }</pre>
 *
 * <p>and stays at {@code end} afterwards.
 *
 * <pre>{@code
 * Trainer.of(model, loss, new Adam(1e-3)).withSchedule(new Cosine())
 * }</pre>
 *
 * <p>Source: Loshchilov and Hutter, SGDR (2017).
 *
 * @param end the last factor, in [0, 1]; 0 by default
 * @param length the time until then; the whole training by default
 */
public record Cosine(double end, Span length) implements Schedule {
    /**
     * Creates the schedule with an end and a length.
     *
     * @param end the last factor, in [0, 1]
     * @param length the time until then
     * @throws IllegalArgumentException if the end is not in [0, 1]
     */
    public Cosine {
        Check.share("Cosine", "end", end);
    }

    /**
     * Creates a schedule that falls to 0.
     *
     * @param length the time until then
     */
    public Cosine(Span length) {
        this(0, length);
    }

    /** Creates a schedule that falls to 0 over the whole training. */
    public Cosine() {
        this(Span.training());
    }

    /**
     * {@return a copy of this schedule with another end}
     *
     * @param value the last factor, in [0, 1]
     */
    public Cosine withEnd(double value) {
        return new Cosine(value, length);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        return end + (1 - end) * half(Math.min(1, step / length.inSteps(stepsPerEpoch, totalSteps)));
    }

    /** Falls from 1 to 0 while the share grows from 0 to 1. */
    static double half(double share) {
        return (1 + Math.cos(Math.PI * share)) / 2;
    }
}
