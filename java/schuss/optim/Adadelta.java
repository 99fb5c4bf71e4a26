package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * ADADELTA, an optimizer that needs no tuned learning rate: the size of a step follows from the size of earlier updates.
 * For each parameter p with gradient g:
 *
 * <pre>
 * g = g + decay * p
 * a = rho * a + (1 - rho) * g * g
 * u = sqrt(d + epsilon) / sqrt(a + epsilon) * g
 * d = rho * d + (1 - rho) * u * u
 * p = p - rate * u
 * </pre>
 *
 * <p>Source: Zeiler, ADADELTA (2012).
 *
 * @param learningRate a factor of the update, at least 0; 1 by default, as in the paper
 * @param rho the decay of the running means, in [0, 1); 0.9 by default
 * @param epsilon added inside both roots, as in the paper, at least 0; 1e-6 by default
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record Adadelta(double learningRate, double rho, double epsilon, double weightDecay) implements Optimizer {
    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate a factor of the update, at least 0
     * @param rho the decay of the running means, in [0, 1)
     * @param epsilon added inside both roots, as in the paper, at least 0
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Adadelta {
        Check.atLeastZero("Adadelta", "learning rate", learningRate);
        Check.belowOne("Adadelta", "rho", rho);
        Check.atLeastZero("Adadelta", "epsilon", epsilon);
        Check.atLeastZero("Adadelta", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate a factor of the update, at least 0
     */
    public Adadelta(double learningRate) {
        this(learningRate, 0.9, 1e-6, 0);
    }

    /** Creates the optimizer with learning rate 1. */
    public Adadelta() {
        this(1);
    }

    /**
     * {@return a copy with another decay of the running means}
     *
     * @param value the decay, in [0, 1)
     */
    public Adadelta withRho(double value) {
        return new Adadelta(learningRate, value, epsilon, weightDecay);
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value what is added inside the roots, at least 0
     */
    public Adadelta withEpsilon(double value) {
        return new Adadelta(learningRate, rho, value, weightDecay);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public Adadelta withWeightDecay(double decay) {
        return new Adadelta(learningRate, rho, epsilon, decay);
    }

    @Override
    public List<String> state() {
        return List.of("gradients", "updates");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression gradients = state[0].mul(rho).add(g.square().mul(1 - rho));
        Expression update =
                state[1].add(epsilon).sqrt().div(gradients.add(epsilon).sqrt()).mul(g);
        Expression updates = state[1].mul(rho).add(update.square().mul(1 - rho));
        return new Update(p.sub(c[0].mul(update)), gradients, updates);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
    }
}
