package schuss.optim;

import java.util.List;
import schuss.ops.Expression;
import schuss.ops.Function1;

/**
 * Lion, which uses only the sign of a mean gradient, so that every parameter takes a step of the same size; with
 * decoupled weight decay. Its state takes half the memory of that of Adam. For each parameter p with gradient g:
 *
 * <pre>
 * p = p - rate * decay * p
 * p = p - rate * sign(beta1 * m + (1 - beta1) * g)
 * m = beta2 * m + (1 - beta2) * g
 * </pre>
 *
 * <p>Source: Chen et al., Symbolic Discovery of Optimization Algorithms (2023).
 *
 * @param learningRate the learning rate, at least 0, three to ten times smaller than for Adam; 1e-4 by default
 * @param beta1 the share of the running mean in the step, in [0, 1); 0.9 by default
 * @param beta2 the decay of the running mean, in [0, 1); 0.99 by default
 * @param weightDecay the factor of the decay, at least 0; 0 by default
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay) implements Optimizer {
    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0, three to ten times smaller than for Adam
     * @param beta1 the share of the running mean in the step, in [0, 1)
     * @param beta2 the decay of the running mean, in [0, 1)
     * @param weightDecay the factor of the decay, at least 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Lion {
        Check.atLeastZero("Lion", "learning rate", learningRate);
        Check.belowOne("Lion", "beta1", beta1);
        Check.belowOne("Lion", "beta2", beta2);
        Check.atLeastZero("Lion", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public Lion(double learningRate) {
        this(learningRate, 0.9, 0.99, 0);
    }

    /** Creates the optimizer with learning rate 1e-4. */
    public Lion() {
        this(1e-4);
    }

    /**
     * {@return a copy with other betas}
     *
     * @param first beta1, in [0, 1)
     * @param second beta2, in [0, 1)
     */
    public Lion withBetas(double first, double second) {
        return new Lion(learningRate, first, second, weightDecay);
    }

    /**
     * {@return a copy with weight decay}
     *
     * @param decay the factor, at least 0
     */
    public Lion withWeightDecay(double decay) {
        return new Lion(learningRate, beta1, beta2, decay);
    }

    @Override
    public boolean decoupled() {
        return true;
    }

    @Override
    public List<String> state() {
        return List.of("m");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression direction = state[0].mul(beta1).add(g.mul(1 - beta1)).apply(Function1.SIGN);
        Expression m = state[0].mul(beta2).add(g.mul(1 - beta2));
        return new Update(p.sub(c[0].mul(direction)), m);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
    }
}
