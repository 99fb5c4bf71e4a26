package schuss.schedules;

import schuss.optim.Check;

/**
 * A length of training.
 *
 * @param count above 0
 * @param unit what is counted
 */
public record Span(double count, Unit unit) {
    /** What a length is measured in. */
    public enum Unit {
        STEPS,
        EPOCHS,
        /** The whole of what a {@code fit} leaves behind, from the first step. */
        TRAININGS
    }

    public Span {
        Check.aboveZero("Span", "length", count);
    }

    public static Span steps(long count) {
        return new Span(count, Unit.STEPS);
    }

    public static Span epochs(double count) {
        return new Span(count, Unit.EPOCHS);
    }

    /** From the first step to the last. */
    public static Span training() {
        return new Span(1, Unit.TRAININGS);
    }

    /** Its length in steps, at least 1. */
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
