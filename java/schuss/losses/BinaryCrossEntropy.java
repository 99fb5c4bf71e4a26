package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * Cross-entropy of sigmoid(z) against targets t in [0, 1]: max(z, 0) - z t + log(1 + exp(-|z|)), the mean over an
 * example's outputs, computed from logits z without overflow.
 */
public record BinaryCrossEntropy() implements Loss {
    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("BinaryCrossEntropy", output, target);
        return Loss.meanPerExample(output.map(target, BinaryCrossEntropy::formula));
    }

    /** softplus(z) - z t, which is the formula above; its slope, sigmoid(z) - t, is defined at 0 too. */
    private static Expression formula(Expression z, Expression t) {
        return z.apply(schuss.ops.Function1.SOFTPLUS).sub(z.mul(t));
    }

    @Override
    public Prediction prediction() {
        return Prediction.SIGMOID;
    }
}
