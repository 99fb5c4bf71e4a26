package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adam with decoupled weight decay, the usual choice where weight decay is wanted: the decay acts on the parameter
 * directly and not through the running means. For each parameter p with gradient g, in step t counted from 1:
 *
 * <pre>
 * p = p - rate * decay * p
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <pre>{@code
 * new AdamW(1e-3).withWeightDecay(0.05)
 * }</pre>
 *
 * <p>Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019).
 *
 * @param adam the settings of Adam, of which the weight decay is decoupled here; 0.01 by default
 */
public record AdamW(Adam adam) implements AdamFamily {
    /**
     * Creates the optimizer with a given learning rate and weight decay 0.01.
     *
     * @param learningRate the learning rate, at least 0
     */
    public AdamW(double learningRate) {
        this(new Adam(learningRate).withWeightDecay(0.01));
    }

    /** Creates the optimizer with learning rate 3e-4 and weight decay 0.01. */
    public AdamW() {
        this(3e-4);
    }

    /**
     * {@return a copy with other decays of the running means}
     *
     * @param first beta1, in [0, 1)
     * @param second beta2, in [0, 1)
     */
    public AdamW withBetas(double first, double second) {
        return new AdamW(adam.withBetas(first, second));
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value the epsilon, at least 0
     */
    public AdamW withEpsilon(double value) {
        return new AdamW(adam.withEpsilon(value));
    }

    /**
     * {@return a copy with another weight decay}
     *
     * @param decay the factor of the decay, at least 0; multiplied by the learning rate in each step
     */
    public AdamW withWeightDecay(double decay) {
        return new AdamW(adam.withWeightDecay(decay));
    }

    /** {@return a copy that adds epsilon to the uncorrected root, see {@link Adam#withEpsilonHat}} */
    public AdamW withEpsilonHat() {
        return new AdamW(adam.withEpsilonHat());
    }

    /** {@return a copy that divides by the largest v so far, see {@link Adam#withAmsGrad}} */
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
