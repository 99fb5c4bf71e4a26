package schuss.schedules;

import schuss.optim.Check;

/**
 * From a start to an end: end + (start - end) * (1 - t / length)^power. Afterwards the end stays, or with {@link
 * #withCycles} it starts again from a value ever closer to the end: the length is then the next whole multiple of itself
 * that has t in it, as in Keras.
 *
 * @param start at least 0; 1 unless given
 * @param end at least 0; 0 unless given
 * @param power above 0; 1 unless given
 * @param length until the end
 * @param cycles whether it starts again
 */
public record Polynomial(double start, double end, double power, Span length, boolean cycles) implements Schedule {
    public Polynomial {
        Check.atLeastZero("Polynomial", "start", start);
        Check.atLeastZero("Polynomial", "end", end);
        Check.aboveZero("Polynomial", "power", power);
    }

    public Polynomial(double power, Span length) {
        this(1, 0, power, length, false);
    }

    public Polynomial withRange(double from, double to) {
        return new Polynomial(from, to, power, length, cycles);
    }

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
