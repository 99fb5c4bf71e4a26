package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adamax, the variant of {@link Adam} that uses the largest absolute gradient instead of the mean square. For each
 * parameter p with gradient g, in step t counted from 1:
 *
 * <pre>
 * g = g + decay * p
 * m = beta1 * m + (1 - beta1) * g
 * u = max(beta2 * u, |g| + epsilon)
 * p = p - rate / (1 - beta1^t) * m / u
 * </pre>
 *
 * <p>Source: Kingma and Ba, Adam (2015), section 7.1.
 *
 * @param learningRate the learning rate, at least 0; 2e-3 by default
 * @param beta1 the decay of the mean gradient, in [0, 1); 0.9 by default
 * @param beta2 the decay of the largest gradient, in [0, 1); 0.999 by default
 * @param epsilon added to |g|, as in PyTorch, at least 0; 1e-8 by default
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record Adamax(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param beta1 the decay of the mean gradient, in [0, 1)
     * @param beta2 the decay of the largest gradient, in [0, 1)
     * @param epsilon added to |g|, as in PyTorch, at least 0
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Adamax {
        Check.atLeastZero("Adamax", "learning rate", learningRate);
        Check.belowOne("Adamax", "beta1", beta1);
        Check.belowOne("Adamax", "beta2", beta2);
        Check.atLeastZero("Adamax", "epsilon", epsilon);
        Check.atLeastZero("Adamax", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public Adamax(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /** Creates the optimizer with learning rate 2e-3. */
    public Adamax() {
        this(2e-3);
    }

    /**
     * {@return a copy with other decays}
     *
     * @param first beta1, in [0, 1)
     * @param second beta2, in [0, 1)
     */
    public Adamax withBetas(double first, double second) {
        return new Adamax(learningRate, first, second, epsilon, weightDecay);
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value the epsilon, at least 0
     */
    public Adamax withEpsilon(double value) {
        return new Adamax(learningRate, beta1, beta2, value, weightDecay);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public Adamax withWeightDecay(double decay) {
        return new Adamax(learningRate, beta1, beta2, epsilon, decay);
    }

    @Override
    public double momentum() {
        return beta1;
    }

    @Override
    public List<String> state() {
        return List.of("m", "u");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression m = c[1].mul(state[0]).add(c[2].mul(g));
        Expression u = state[1].mul(beta2).max(g.abs().add(epsilon));
        return new Update(p.sub(c[0].mul(m).div(u)), m, u);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate / AdamFamily.missing(momentum, step);
        target[at + 1] = momentum;
        target[at + 2] = 1 - momentum;
    }
}
