package schuss.schedules;

import java.util.ArrayList;
import java.util.List;
import schuss.optim.Check;

/**
 * Constant numbers one after another. For example, a tenth of the learning rate from epoch 30 on and a hundredth from
 * epoch 60 on, counted from 0:
 *
 * <pre>{@code
 * new Piecewise(1).then(0.1, Span.epochs(30)).then(0.01, Span.epochs(60))
 * }</pre>
 *
 * @param values the numbers, each finite and at least 0
 * @param starts the times at which each number but the first begins, ascending and all in the same unit
 */
public record Piecewise(List<Double> values, List<Span> starts) implements Schedule {
    /**
     * Creates the schedule from lists.
     *
     * @param values the numbers, each finite and at least 0
     * @param starts the times at which each number but the first begins, ascending and all in the same unit
     * @throws IllegalArgumentException if there is not one value more than starts, a value is negative or not finite, or
     *     the starts are not ascending and in one unit
     */
    public Piecewise {
        values = List.copyOf(values);
        starts = List.copyOf(starts);
        Check.that("Piecewise", "one value more than boundaries", values.size() == starts.size() + 1, values.size());
        values.forEach(value -> Check.atLeastZero("Piecewise", "value", value));
        for (int i = 1; i < starts.size(); i++) {
            Span before = starts.get(i - 1);
            Check.that(
                    "Piecewise",
                    "ascending boundaries in one unit",
                    starts.get(i).unit() == before.unit() && starts.get(i).count() > before.count(),
                    starts);
        }
    }

    /**
     * Creates a schedule with one number, to which {@link #then} adds others.
     *
     * @param first the number from the beginning on
     */
    public Piecewise(double first) {
        this(List.of(first), List.of());
    }

    /**
     * {@return a copy of this schedule with one more number}
     *
     * @param value the number, at least 0
     * @param from the time in the training from which it applies
     */
    public Piecewise then(double value, Span from) {
        List<Double> allValues = new ArrayList<>(values);
        allValues.add(value);
        List<Span> allStarts = new ArrayList<>(starts);
        allStarts.add(from);
        return new Piecewise(allValues, allStarts);
    }

    @Override
    public double at(long step, long stepsPerEpoch, long totalSteps) {
        int piece = 0;
        while (piece < starts.size() && step >= starts.get(piece).inSteps(stepsPerEpoch, totalSteps)) {
            piece++;
        }
        return values.get(piece);
    }
}
