package schuss.metrics;

/**
 * F1 = 2 precision recall / (precision + recall) = 2 TP / (2 TP + FP + FN): 1 where all answers are right, near 0 where
 * precision or recall is; 0 for a class without hits.
 *
 * <p>Which numbers it is made of follows from outputs and targets. Outputs (batch, classes) with an i32 label for each example:
 * an example is taken for the class of its largest output, the first of equals. Otherwise targets are 0 or 1 of the outputs'
 * shape, and each output is an answer of its own, yes above the threshold: with one output it is the usual F1 of "yes",
 * with several that of as many labels (multi-label).
 *
 * <p>Of several classes or labels it is the mean of theirs (macro), where one that nothing is of or taken for counts 0;
 * {@link #withMicroAverage} counts all hits and misses together instead, and is then called {@code micro f1}. Examples
 * count as in the other metrics: by their weights, and not at all where the loss ignores their label. Over an epoch hits and
 * misses are added up, so that the epoch's F1 is that of all its examples.
 *
 * <pre>{@code
 * Trainer.of(model, new BinaryCrossEntropy(), new Adam())
 *     .withMetric(new F1())
 *     .withValidation(validation)
 *     .withCallback(new EarlyStopping(3).withMetric("validation f1"))
 * }</pre>
 *
 * @param threshold 0 unless given, which a logit has where both answers are equally likely
 */
public record F1(double threshold, Average average) implements HitMetric {
    private static final double HALF = 0.5;

    public F1 {
        if (!Double.isFinite(threshold)) {
            throw new IllegalArgumentException("F1: expected a finite threshold, got " + threshold);
        }
    }

    /** Of logits, as BinaryCrossEntropy takes them, or of classes. */
    public F1() {
        this(0, Average.MACRO);
    }

    /** Of outputs that are probabilities and answer yes or no each: with the threshold 1/2. */
    public F1 fromProbabilities() {
        return withThreshold(HALF);
    }

    /** The same with answers that are yes above another threshold. */
    public F1 withThreshold(double value) {
        return new F1(value, average);
    }

    /** The same of all classes' hits and misses together. */
    public F1 withMicroAverage() {
        return new F1(threshold, Average.MICRO);
    }

    @Override
    public String name() {
        return named("f1");
    }

    @Override
    public double of(double hits, double taken, double labelled) {
        return HitMetric.share(2 * hits, taken + labelled);
    }
}
