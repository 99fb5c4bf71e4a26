package schuss.schedules;

import java.util.ArrayList;
import java.util.List;
import schuss.optim.Check;

/**
 * One number after the other: {@code new Piecewise(1).then(0.1, Span.epochs(30)).then(0.01, Span.epochs(60))} is a tenth
 * from epoch 30 on (counted from 0) and a hundredth from epoch 60 on.
 *
 * @param values the numbers, each at least 0
 * @param starts where each but the first begins, ascending, all in one unit
 */
public record Piecewise(List<Double> values, List<Span> starts) implements Schedule {
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

    public Piecewise(double first) {
        this(List.of(first), List.of());
    }

    /** With one more number, which applies from this point of training on. */
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
