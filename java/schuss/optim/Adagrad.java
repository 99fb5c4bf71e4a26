package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * AdaGrad (Duchi, Hazan and Singer 2011), which slows each parameter down by the length of its past gradients:
 *
 * <pre>
 * g = g + decay * p
 * a = a + g * g
 * p = p - rate * g / (sqrt(initial + a) + epsilon)
 * </pre>
 *
 * @param learningRate at least 0; 0.01 unless given
 * @param epsilon outside the root, as in PyTorch; 1e-10 unless given
 * @param initial what the sum of squares starts from, at least 0; 0 unless given, 0.1 in Keras
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Adagrad(double learningRate, double epsilon, double initial, double weightDecay) implements Optimizer {
    public Adagrad {
        Check.atLeastZero("Adagrad", "learning rate", learningRate);
        Check.atLeastZero("Adagrad", "epsilon", epsilon);
        Check.atLeastZero("Adagrad", "initial sum", initial);
        Check.atLeastZero("Adagrad", "weight decay", weightDecay);
    }

    public Adagrad(double learningRate) {
        this(learningRate, 1e-10, 0, 0);
    }

    public Adagrad() {
        this(0.01);
    }

    public Adagrad withEpsilon(double value) {
        return new Adagrad(learningRate, value, initial, weightDecay);
    }

    public Adagrad withInitial(double sum) {
        return new Adagrad(learningRate, epsilon, sum, weightDecay);
    }

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
