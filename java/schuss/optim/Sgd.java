package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Stochastic gradient descent, the simplest optimizer: {@code p = p - rate * (g + decay * p)} for each parameter p with
 * gradient g. {@link Momentum} is usually faster.
 *
 * <pre>{@code
 * new Sgd(0.1).withWeightDecay(1e-4)
 * }</pre>
 *
 * @param learningRate the learning rate, at least 0
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record Sgd(double learningRate, double weightDecay) implements Optimizer {
    /**
     * Creates the optimizer with both settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is negative or not finite
     */
    public Sgd {
        Check.atLeastZero("Sgd", "learning rate", learningRate);
        Check.atLeastZero("Sgd", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public Sgd(double learningRate) {
        this(learningRate, 0);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public Sgd withWeightDecay(double decay) {
        return new Sgd(learningRate, decay);
    }

    @Override
    public List<String> state() {
        return List.of();
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        return new Update(p.sub(c[0].mul(g)));
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
    }

    @Override
    public String kernel() {
        return "sgd_update";
    }
}
