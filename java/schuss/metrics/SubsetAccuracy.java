package schuss.metrics;

import schuss.ops.Value;

/**
 * Of outputs that answer yes or no each (multi-label): the share of examples all of whose answers are right, also called
 * exact match. Answers are as in {@link BinaryAccuracy}, which counts each of them instead.
 *
 * <pre>{@code
 * Trainer.of(model, new BinaryCrossEntropy(), new Adam()).withMetric(new BinaryAccuracy()).withMetric(new SubsetAccuracy());
 * }</pre>
 *
 * @param threshold 0 unless given, which a logit has where both answers are equally likely
 */
public record SubsetAccuracy(double threshold) implements Metric {
    private static final double HALF = 0.5;

    public SubsetAccuracy {
        if (!Double.isFinite(threshold)) {
            throw new IllegalArgumentException("SubsetAccuracy: expected a finite threshold, got " + threshold);
        }
    }

    /** Of logits, as BinaryCrossEntropy takes them. */
    public SubsetAccuracy() {
        this(0);
    }

    /** Of outputs that are probabilities: with the threshold 1/2. */
    public SubsetAccuracy fromProbabilities() {
        return new SubsetAccuracy(HALF);
    }

    @Override
    public String name() {
        return "subset accuracy";
    }

    @Override
    public Value forward(Value output, Value target) {
        BinaryAccuracy.expectAnswers(name(), output, target);
        return Hits.rows(BinaryAccuracy.right(threshold, output, target)).min(1);
    }
}
