package schuss.ops;

import java.util.List;
import schuss.Shape;

/** {@link CrossEntropy} and its derivatives in elementary ops; z are the scores (batch, classes). */
final class CrossEntropyFormula {
    private static final int SCORES = 0;
    private static final int LABELS = 1;

    private final CrossEntropy op;
    private final Value z;
    private final Value labels;

    CrossEntropyFormula(CrossEntropy op, Value[] x) {
        this.op = op;
        z = x[SCORES];
        labels = x[LABELS];
    }

    /**
     * The four outputs: losses, weights, largest scores and sums.
     *
     * @param weights of the classes, or null
     */
    List<Value> forward(Value weights) {
        Value chosen = shares(0);
        Value counted = chosen.sum(-1);
        Value largest = z.max(-1);
        Value sum = z.sub(column(largest)).exp().sum(-1);
        Value rows = labels.fill(labels.shape(), 0);
        Value m = op.logProbabilities() ? rows : where(counted, largest, 0);
        Value s = op.logProbabilities() ? labels.fill(labels.shape(), 1) : where(counted, sum, 1);
        Value loss = weighted(weighted(shares(op.smoothing()), excess(m, s)), weights);
        return List.of(loss.sum(-1), weighted(chosen, weights).sum(-1), m, s);
    }

    /** The gradient of the scores. */
    List<Value> backward(Value m, Value s, Value dLoss, Value weights) {
        Value a = weighted(shares(op.smoothing()), weights);
        if (op.logProbabilities()) {
            return List.of(a.mul(column(dLoss)).neg());
        }
        Value probabilities = z.sub(column(m)).exp().div(column(s));
        return List.of(weighted(column(a.sum(-1)), probabilities).sub(a).mul(column(dLoss)));
    }

    /** The gradient of the class weights; dLoss or dWeight may be null. */
    Value weightGradient(Value m, Value s, Value dLoss, Value dWeight) {
        Value ofLoss = dLoss == null
                ? null
                : weighted(shares(op.smoothing()), excess(m, s)).mul(column(dLoss));
        Value ofWeight = dWeight == null ? null : shares(0).mul(column(dWeight));
        return Linear.sum(ofLoss, ofWeight).sum(0);
    }

    /**
     * The a[c] of the op's formula for class weights of 1, taken from the gradient for log-probabilities, which is -a.
     * It is computed from zeros in place of z, so that no derivative seems to depend on the scores.
     */
    private Value shares(double smoothing) {
        Value minus = labels.fill(labels.shape(), -1);
        CrossEntropy.Gradient shares = new CrossEntropy.Gradient(new CrossEntropy(true, smoothing, op.ignored()));
        return Value.of(shares, labels.fill(z.shape(), 0), labels, minus, minus, minus);
    }

    /** L - z. The largest score is subtracted first, since the logarithm might be lost beside it. */
    private Value excess(Value m, Value s) {
        return column(m).sub(z).add(column(s).map(Expression::log));
    }

    /** share * x, and 0 where the share is 0 even if x is infinite; the share itself if x is null. */
    private static Value weighted(Value share, Value x) {
        return x == null ? share : share.map(x, (a, b) -> Expression.where(a, a.mul(b), Expression.constant(0)));
    }

    private static Value where(Value condition, Value x, double otherwise) {
        return condition.map(x, (c, e) -> Expression.where(c, e, Expression.constant(otherwise)));
    }

    private static Value column(Value x) {
        return x.reshape(Shape.of(x.shape().dim(0), 1));
    }
}
