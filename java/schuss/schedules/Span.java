package schuss.schedules;

import schuss.optim.Check;

/**
 * A length of time in training: a number of steps or epochs, or the whole training.
 *
 * <pre>{@code
 * Span.steps(500)
 * Span.epochs(30)
 * Span.training()
 * }</pre>
 *
 * @param count how many units, finite and above 0
 * @param unit what is counted
 */
public record Span(double count, Unit unit) {
    /** What a length is measured in. */
    public enum Unit {
        /** Updates of the parameters. */
        STEPS,
        /** Passes over the training set. */
        EPOCHS,
        /** The whole training up to the end of this {@code fit}, counted from its first step. */
        TRAININGS
    }

    /**
     * Creates a length.
     *
     * @param count how many units, finite and above 0
     * @param unit what is counted
     * @throws IllegalArgumentException if the count is not finite and above 0
     */
    public Span {
        Check.aboveZero("Span", "length", count);
    }

    /**
     * {@return a number of steps}
     *
     * @param count how many, at least 1
     */
    public static Span steps(long count) {
        return new Span(count, Unit.STEPS);
    }

    /**
     * {@return a number of epochs}
     *
     * @param count how many, above 0; may be a fraction
     */
    public static Span epochs(double count) {
        return new Span(count, Unit.EPOCHS);
    }

    /** {@return the whole training, from the first step to the last} */
    public static Span training() {
        return new Span(1, Unit.TRAININGS);
    }

    /**
     * {@return this length in steps, at least 1}
     *
     * @param stepsPerEpoch the number of steps in an epoch
     * @param totalSteps the number of steps in the whole training
     */
    public double inSteps(long stepsPerEpoch, long totalSteps) {
        return Math.max(
                1,
                switch (unit) {
                    case STEPS -> count;
                    case EPOCHS -> count * stepsPerEpoch;
                    case TRAININGS -> count * totalSteps;
                });
    }
}
