package schuss.metrics;

import schuss.DType;
import schuss.losses.Loss;
import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The share of yes-or-no answers that are right: outputs above the threshold are taken for yes, as targets above 1/2 are. Of
 * networks with one output, or several that are independent (multi-label), each of which counts alike; for the share of
 * examples all of whose answers are right there is {@link SubsetAccuracy}.
 *
 * <pre>{@code
 * Trainer.of(model, new BinaryCrossEntropy(), new Adam()).withMetric(new BinaryAccuracy());
 * }</pre>
 *
 * @param threshold 0 unless given, which a logit has where both answers are equally likely
 */
public record BinaryAccuracy(double threshold) implements Metric {
    private static final double HALF = 0.5;

    public BinaryAccuracy {
        if (!Double.isFinite(threshold)) {
            throw new IllegalArgumentException("BinaryAccuracy: expected a finite threshold, got " + threshold);
        }
    }

    /** Of logits, as BinaryCrossEntropy takes them. */
    public BinaryAccuracy() {
        this(0);
    }

    /** Of outputs that are probabilities: with the threshold 1/2. */
    public BinaryAccuracy fromProbabilities() {
        return new BinaryAccuracy(HALF);
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public Value forward(Value output, Value target) {
        expectAnswers(name(), output, target);
        return Loss.meanPerExample(right(threshold, output, target));
    }

    static void expectAnswers(String metric, Value output, Value target) {
        if (!output.type().equals(target.type())) {
            throw new IllegalArgumentException(
                    metric + ": expected targets 0 or 1 of the output's type and shape " + output.type() + ", got "
                            + target.type() + "; of outputs for several classes and labels there is Accuracy");
        }
    }

    /** 1 where both are on one side; 0 for what is NaN. */
    static Value right(double threshold, Value output, Value target) {
        Expression limit = Expression.constant(threshold);
        return output.map(target, (y, t) -> {
                    Expression wanted = t.greater(Expression.constant(HALF));
                    return Expression.where(wanted, y.greater(limit), limit.greaterEqual(y));
                })
                .cast(DType.F32);
    }
}
