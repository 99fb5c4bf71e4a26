package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * AdaGrad, which gives each parameter a learning rate that falls with the sum of its squared gradients; good for sparse
 * features. For each parameter p with gradient g:
 *
 * <pre>
 * g = g + decay * p
 * a = a + g * g
 * p = p - rate * g / (sqrt(initial + a) + epsilon)
 * </pre>
 *
 * <p>Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods (2011).
 *
 * @param learningRate the learning rate, at least 0; 0.01 by default
 * @param epsilon added outside the root, as in PyTorch, at least 0; 1e-10 by default
 * @param initial the initial sum of squares, at least 0; 0 by default (0.1 in Keras)
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record Adagrad(double learningRate, double epsilon, double initial, double weightDecay) implements Optimizer {
    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param epsilon added outside the root, as in PyTorch, at least 0
     * @param initial the initial sum of squares, at least 0
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is negative or not finite
     */
    public Adagrad {
        Check.atLeastZero("Adagrad", "learning rate", learningRate);
        Check.atLeastZero("Adagrad", "epsilon", epsilon);
        Check.atLeastZero("Adagrad", "initial sum", initial);
        Check.atLeastZero("Adagrad", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public Adagrad(double learningRate) {
        this(learningRate, 1e-10, 0, 0);
    }

    /** Creates the optimizer with learning rate 0.01. */
    public Adagrad() {
        this(0.01);
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value what is added outside the root, at least 0
     */
    public Adagrad withEpsilon(double value) {
        return new Adagrad(learningRate, value, initial, weightDecay);
    }

    /**
     * {@return a copy with another initial sum of squares}
     *
     * @param sum the initial sum, at least 0
     */
    public Adagrad withInitial(double sum) {
        return new Adagrad(learningRate, epsilon, sum, weightDecay);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public Adagrad withWeightDecay(double decay) {
        return new Adagrad(learningRate, epsilon, initial, decay);
    }

    @Override
    public List<String> state() {
        return List.of("sum");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression sum = state[0].add(g.square());
        Expression root = sum.add(initial).sqrt().add(epsilon);
        return new Update(p.sub(c[0].mul(g).div(root)), sum);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
    }
}
