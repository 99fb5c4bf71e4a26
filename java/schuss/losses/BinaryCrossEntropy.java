package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * Binary cross-entropy, the loss for yes/no outputs and for several independent labels per example. Outputs z are logits
 * and targets t are numbers in [0, 1], both of the same shape (batch, ...) and type f32. The loss is {@code -(t log(p) +
 * (1 - t) log(1 - p))} with {@code p = sigmoid(z)}, computed without overflow as
 *
 * <pre>{@code
 * max(z, 0) - z t + log(1 + exp(-|z|))
 * }</pre>
 *
 * <p>and averaged over the outputs of an example. {@code model.predict} then gives probabilities.
 *
 * <pre>{@code
 * Layer net = Sequential.of(new Dense(16), new Relu(), new Dense(1)); // no Sigmoid at the end
 * Trainer.of(model, new BinaryCrossEntropy(), new Adam()).fit(data);
 * }</pre>
 *
 * <p>Use {@link #fromProbabilities} for networks that end in {@code Sigmoid}. There the logarithm of a number below
 * 1.2e-38, the smallest normal one, counts as -100 and has no gradient; PyTorch also clips at -100. Logits are the better
 * choice: in single precision {@code 1 - p} is 0 from a logit of 17 on.
 *
 * @param probabilities whether outputs are probabilities instead of logits; false by default
 */
public record BinaryCrossEntropy(boolean probabilities) implements Loss {
    private static final double LEAST_LOGARITHM = -100;

    /** Creates the loss for logits. */
    public BinaryCrossEntropy() {
        this(false);
    }

    /** {@return this loss for outputs that are probabilities already} */
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
