package schuss.metrics;

import schuss.DType;
import schuss.Shape;
import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * AUC, the area under the receiver operating characteristic: the probability that an example of a class is scored above one
 * that is not, where equal scores count half. 1 is perfect, 1/2 is what guessing has.
 *
 * <p>Outputs (batch, classes) with an i32 label for each example: the mean over the classes, each against the rest, scored by
 * its softmax. Otherwise targets are 0 or 1 of the outputs' shape: with one output its area, with several (multi-label) the
 * mean of theirs. What no example is of, or every one, has no area and is left out of the mean; NaN where nothing has one.
 * Examples count as in the other metrics: by their weights, and not at all where the loss ignores their label.
 *
 * <p>Scores are not kept: an epoch counts, on the device, how many lie above each of so many thresholds, 200 unless given,
 * evenly from -10 to 10 in log-odds log(p / (1 - p)). Two scores between the same neighbours count as equal, so that the
 * error is at most half the probability that a pair falls there, sum over gaps of p n / 2 with the shares p and n of
 * examples that are and are not of the class. {@link schuss.evaluation.ClassificationReport} has the exact areas of data.
 *
 * <pre>{@code
 * Trainer.of(model, new BinaryCrossEntropy(), new Adam()).withMetric(new Auc()).withValidation(test)   // "auc", "validation auc"
 * }</pre>
 *
 * @param thresholds more are more exact and take more time
 * @param probabilities whether outputs are probabilities, else logits, or logarithms of probabilities of classes
 */
public record Auc(int thresholds, boolean probabilities) implements Metric {
    private static final double LARGEST = 10; // of thresholds
    private static final double INFINITE = 1e30; // log-odds of what rounds to certainty
    private static final int MOST_NUMBERS = 1 << 16; // a batch times these must fit into memory
    private static final Expression ONE = Expression.constant(1);
    private static final double ROUNDING = 1e-9;

    public Auc {
        if (thresholds < 2 || thresholds > MOST_NUMBERS / 2 - 1) {
            throw new IllegalArgumentException(
                    "Auc: expected 2 to " + (MOST_NUMBERS / 2 - 1) + " thresholds, got " + thresholds);
        }
    }

    /** Of logits, with 200 thresholds. */
    public Auc() {
        this(200, false);
    }

    /** The same of outputs that are probabilities. */
    public Auc fromProbabilities() {
        return new Auc(thresholds, true);
    }

    /** The same with so many thresholds. */
    public Auc withThresholds(int count) {
        return new Auc(count, probabilities);
    }

    @Override
    public String name() {
        return "auc";
    }

    /** Scores below all thresholds are counted at a first one, minus infinity. */
    private int counts() {
        return thresholds + 1;
    }

    @Override
    public int numbers(Shape output) {
        long numbers = 2L * counts() * output.size();
        if (numbers > MOST_NUMBERS) {
            throw new IllegalArgumentException("auc: expected at most " + MOST_NUMBERS / (2 * counts())
                    + " classes or labels with " + thresholds + " thresholds, got " + output.size()
                    + "; fewer thresholds allow for more, and ClassificationReport has the areas after training");
        }
        return (int) numbers;
    }

    @Override
    public Value forward(Value output, Value target) {
        Value yes = Hits.labelled(name(), output, target); // (batch, classes)
        int batch = yes.shape().dim(0);
        int classes = yes.shape().dim(1);
        double[] limits = new double[counts()];
        limits[0] = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < thresholds; i++) {
            limits[i + 1] = LARGEST * (2.0 * i / (thresholds - 1) - 1);
        }
        Shape column = Shape.of(batch, classes, 1);
        Value above = logOdds(output, Hits.isOfClasses(output, target))
                .reshape(column)
                .greaterEqual(output.constant(Shape.of(limits.length), limits))
                .cast(DType.F32); // (batch, classes, counts)
        Value no = yes.map(t -> ONE.sub(t));
        return Value.concat(2, above.mul(yes.reshape(column)), above.mul(no.reshape(column)))
                .reshape(Shape.of(batch, 2 * counts() * classes));
    }

    private Value logOdds(Value output, boolean classes) {
        if (probabilities) {
            return Hits.rows(output)
                    .map(p -> finite(p.greaterEqual(ONE), p.log().sub(p.neg().log1p())));
        }
        if (!classes) {
            return Hits.rows(output);
        }
        Expression zero = Expression.constant(0);
        return output.logSoftmax()
                .map(l -> finite(l.greaterEqual(zero), l.sub(l.exp().neg().log1p())));
    }

    /** What rounds to certainty, or a little above it, has no logarithm of its odds. */
    private static Expression finite(Expression certain, Expression odds) {
        return Expression.where(certain, Expression.constant(INFINITE), odds);
    }

    @Override
    public double result(double... means) {
        int classes = means.length / (2 * counts());
        double sum = 0;
        int count = 0;
        for (int i = 0; i < classes; i++) {
            int from = 2 * counts() * i;
            double scored = means[from] + means[from + counts()];
            if (!(Math.abs(scored - 1) < ROUNDING)) {
                return Double.NaN; // nothing counted, or a score that is no number
            }
            double area = area(from, means);
            if (!Double.isNaN(area)) {
                sum += area;
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    /** Of examples above each threshold: those of the class stand from a place on, behind them the others. */
    private double area(int from, double... above) {
        int others = from + counts();
        double area = 0;
        for (int i = 0; i < counts(); i++) {
            boolean last = i == thresholds;
            double positive = above[from + i] - (last ? 0 : above[from + i + 1]);
            double negative = above[others + i] - (last ? 0 : above[others + i + 1]);
            area += positive * (above[others] - above[others + i] + negative / 2);
        }
        return area / (above[from] * above[others]);
    }
}
