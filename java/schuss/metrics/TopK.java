package schuss.metrics;

import java.util.stream.IntStream;
import schuss.Shape;
import schuss.ops.Expression;
import schuss.ops.Pointwise;
import schuss.ops.Value;

/**
 * The share of examples whose label (batch) is among the k largest outputs (batch, classes); of equal outputs the first
 * count as larger, as in {@link Accuracy}, which is this with k = 1.
 *
 * <pre>{@code
 * trainer.withMetric(new Accuracy()).withMetric(new TopK(5));
 * }</pre>
 */
public record TopK(int k) implements Metric {
    private static final Expression X = Expression.input(0);
    private static final Expression LABEL = Expression.input(1);
    private static final Expression NUMBER = Expression.input(2);
    private static final Expression SCORE = Expression.input(3);
    private static final Expression YES = Expression.constant(1);
    private static final Expression NO = Expression.constant(0);

    private static final Expression OF_LABEL = Expression.where(NUMBER.equal(LABEL), X, NO);

    /** Whether an output is not larger than the label's; counted so, one that is NaN is larger than all. */
    private static final Expression BEHIND = Expression.where(
            SCORE.greater(X),
            YES,
            Expression.where(X.equal(SCORE), Expression.where(LABEL.greater(NUMBER), NO, YES), NO));

    public TopK {
        if (k < 1) {
            throw new IllegalArgumentException("TopK: expected k of at least 1, got " + k);
        }
    }

    @Override
    public String name() {
        return "top-" + k + " accuracy";
    }

    @Override
    public Value forward(Value output, Value target) {
        if (output.shape().rank() != 2 || target.shape().rank() != 1) {
            throw new IllegalArgumentException("TopK: expected outputs (batch, classes) and labels (batch), got "
                    + output.shape() + " and " + target.shape());
        }
        int batch = output.shape().dim(0);
        int classes = output.shape().dim(1);
        double[] numbers = IntStream.range(0, classes).asDoubleStream().toArray();
        Value number = output.constant(Shape.of(classes), numbers);
        Value label = target.reshape(Shape.of(batch, 1));
        Value score =
                Value.of(new Pointwise(OF_LABEL, 3), output, label, number).sum(1);
        Value behind = Value.of(new Pointwise(BEHIND, 4), output, label, number, score.reshape(Shape.of(batch, 1)));
        return behind.sum(1)
                .map(count -> Expression.where(count.add(k).greater(Expression.constant(classes)), YES, NO));
    }
}
