package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): the decay acts on the parameter and does not pass
 * through the running means.
 *
 * <pre>
 * p = p - rate * decay * p
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * @param adam all that is as in Adam; its weight decay is the decoupled one, 0.01 unless given
 */
public record AdamW(Adam adam) implements AdamFamily {
    public AdamW(double learningRate) {
        this(new Adam(learningRate).withWeightDecay(0.01));
    }

    public AdamW() {
        this(3e-4);
    }

    public AdamW withBetas(double first, double second) {
        return new AdamW(adam.withBetas(first, second));
    }

    public AdamW withEpsilon(double value) {
        return new AdamW(adam.withEpsilon(value));
    }

    public AdamW withWeightDecay(double decay) {
        return new AdamW(adam.withWeightDecay(decay));
    }

    /** The epsilon beside the uncorrected root, see {@link Adam#withEpsilonHat}. */
    public AdamW withEpsilonHat() {
        return new AdamW(adam.withEpsilonHat());
    }

    public AdamW withAmsGrad() {
        return new AdamW(adam.withAmsGrad());
    }

    @Override
    public double learningRate() {
        return adam.learningRate();
    }

    @Override
    public double weightDecay() {
        return adam.weightDecay();
    }

    @Override
    public boolean decoupled() {
        return true;
    }

    @Override
    public double momentum() {
        return adam.momentum();
    }

    @Override
    public List<String> state() {
        return adam.state();
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        return adam.update(p, g, state, c);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        adam.coefficients(step, rate, momentum, target, at);
    }
}
