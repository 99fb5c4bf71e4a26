package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * Cross-entropy of sigmoid(z) against targets t in [0, 1]: max(z, 0) - z t + log(1 + exp(-|z|)), the mean over an
 * example's outputs, computed from logits z without overflow.
 *
 * <p>{@link #fromProbabilities} is for networks that end in {@code Sigmoid}: -(t log(p) + (1 - t) log(1 - p)), where a
 * logarithm of what is less than any normal number, 1.2e-38, counts as -100 and has no slope; PyTorch clips at -100 too.
 * Logits are the better choice: in single precision 1 - p is 0 from a logit of 17 on.
 *
 * @param probabilities whether outputs are probabilities, else logits
 */
public record BinaryCrossEntropy(boolean probabilities) implements Loss {
    private static final double LEAST_LOGARITHM = -100;

    /** Of logits. */
    public BinaryCrossEntropy() {
        this(false);
    }

    /** The same of outputs that are probabilities. */
    public BinaryCrossEntropy fromProbabilities() {
        return new BinaryCrossEntropy(true);
    }

    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("BinaryCrossEntropy", output, target);
        return Loss.meanPerExample(
                output.map(target, probabilities ? BinaryCrossEntropy::ofProbabilities : BinaryCrossEntropy::formula));
    }

    /** softplus(z) - z t, which is the formula above; its slope, sigmoid(z) - t, is defined at 0 too. */
    private static Expression formula(Expression z, Expression t) {
        return z.apply(Function1.SOFTPLUS).sub(z.mul(t));
    }

    private static Expression ofProbabilities(Expression p, Expression t) {
        Expression rest = Expression.constant(1).sub(p);
        Expression yes = t.mul(logarithm(p, p.log()));
        Expression no =
                Expression.constant(1).sub(t).mul(logarithm(rest, p.neg().log1p()));
        return yes.add(no).neg();
    }

    /** The logarithm of a number that is normal, since 1 / x overflows below; NaN below 0, where there is none. */
    private static Expression logarithm(Expression x, Expression logarithm) {
        Expression tiny = Expression.constant(Float.MIN_NORMAL).greater(x.abs());
        return Expression.where(tiny, Expression.constant(LEAST_LOGARITHM), logarithm);
    }

    @Override
    public OutputActivation prediction() {
        return probabilities ? OutputActivation.OUTPUT : OutputActivation.SIGMOID;
    }
}
