package schuss.metrics;

/**
 * Precision: the share of the examples taken for a class that are of it, TP / (TP + FP); 0 where none is taken for it.
 *
 * <p>Which numbers it is made of follows from outputs and targets. Outputs (batch, classes) with an i32 label for each example:
 * an example is taken for the class of its largest output, the first of equals. Otherwise targets are 0 or 1 of the outputs'
 * shape, and each output is an answer of its own, yes above the threshold: with one output it is the usual Precision of "yes",
 * with several that of as many labels (multi-label).
 *
 * <p>Of several classes or labels it is the mean of theirs (macro), where one that nothing is of or taken for counts 0;
 * {@link #withMicroAverage} counts all hits and misses together instead, and is then called {@code micro precision}. Examples
 * count as in the other metrics: by their weights, and not at all where the loss ignores their label. Over an epoch hits and
 * misses are added up, so that the epoch's Precision is that of all its examples.
 *
 * <pre>{@code
 * trainer.withMetric(new Precision()).withMetric(new Recall()).withValidation(test)   // "precision", "validation precision", ...
 * }</pre>
 *
 * @param threshold 0 unless given, which a logit has where both answers are equally likely
 */
public record Precision(double threshold, Average average) implements HitMetric {
    private static final double HALF = 0.5;

    public Precision {
        if (!Double.isFinite(threshold)) {
            throw new IllegalArgumentException("Precision: expected a finite threshold, got " + threshold);
        }
    }

    /** Of logits, as BinaryCrossEntropy takes them, or of classes. */
    public Precision() {
        this(0, Average.MACRO);
    }

    /** Of outputs that are probabilities and answer yes or no each: with the threshold 1/2. */
    public Precision fromProbabilities() {
        return withThreshold(HALF);
    }

    /** The same with answers that are yes above another threshold. */
    public Precision withThreshold(double value) {
        return new Precision(value, average);
    }

    /** The same of all classes' hits and misses together. */
    public Precision withMicroAverage() {
        return new Precision(threshold, Average.MICRO);
    }

    @Override
    public String name() {
        return named("precision");
    }

    @Override
    public double of(double hits, double taken, double labelled) {
        return HitMetric.share(hits, taken);
    }
}
