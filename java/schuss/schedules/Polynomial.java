package schuss.schedules;

import schuss.optim.Check;

/**
 * Polynomial decay from a start to an end: {@code end + (start - end) * (1 - t / length)^power} with the step t.
 * Afterwards it stays at the end. With {@link #withCycles} it starts again instead, each time from a lower value: {@code
 * length} is then rounded up to the next whole multiple of itself that contains t, as in Keras.
 *
 * @param start the first factor, at least 0; 1 by default
 * @param end the last factor, at least 0; 0 by default
 * @param power the exponent, above 0; 1 is a straight line
 * @param length the time until the end
 * @param cycles whether it starts again after the end
 */
public record Polynomial(double start, double end, double power, Span length, boolean cycles) implements Schedule {
    /**
     * Creates the schedule with all settings.
     *
     * @param start the first factor, at least 0
     * @param end the last factor, at least 0
     * @param power the exponent, above 0
     * @param length the time until the end
     * @param cycles whether it starts again after the end
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Polynomial {
        Check.atLeastZero("Polynomial", "start", start);
        Check.atLeastZero("Polynomial", "end", end);
        Check.aboveZero("Polynomial", "power", power);
    }

    /**
     * Creates a schedule from 1 to 0.
     *
     * @param power the exponent, above 0
     * @param length the time until the end
     */
    public Polynomial(double power, Span length) {
        this(1, 0, power, length, false);
    }

    /**
     * {@return a copy of this schedule with another start and end}
     *
     * @param from the first factor, at least 0
     * @param to the last factor, at least 0
     */
    public Polynomial withRange(double from, double to) {
        return new Polynomial(from, to, power, length, cycles);
    }

    /** {@return a copy of this schedule that starts again after the end} */
    public Polynomial withCycles() {
        return new Polynomial(start, end, power, length, true);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        double steps = length.inSteps(stepsPerEpoch, totalSteps);
        double whole = cycles ? steps * Math.max(1, Math.ceil(step / steps)) : steps;
        return end + (start - end) * Math.pow(1 - Math.min(1, step / whole), power);
    }
}
