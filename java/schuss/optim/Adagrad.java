package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * AdaGrad (Duchi, Hazan and Singer 2011), which slows each parameter down by the length of its past gradients:
 *
 * <pre>
 * g = g + decay * p
 * a = a + g * g
 * p = p - rate * g / (sqrt(a) + epsilon)
 * </pre>
 *
 * @param learningRate at least 0; 0.01 unless given
 * @param epsilon outside the root, as in PyTorch; 1e-10 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Adagrad(double learningRate, double epsilon, double weightDecay) implements Optimizer {
    public Adagrad {
        Check.atLeastZero("Adagrad", "learning rate", learningRate);
        Check.atLeastZero("Adagrad", "epsilon", epsilon);
        Check.atLeastZero("Adagrad", "weight decay", weightDecay);
    }

    public Adagrad(double learningRate) {
        this(learningRate, 1e-10, 0);
    }

    public Adagrad() {
        this(0.01);
    }

    public Adagrad withEpsilon(double value) {
        return new Adagrad(learningRate, value, weightDecay);
    }

    public Adagrad withWeightDecay(double decay) {
        return new Adagrad(learningRate, epsilon, decay);
    }

    @Override
    public List<String> state() {
        return List.of("sum");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression gradient = g.add(c[1].mul(p));
        Expression sum = state[0].add(gradient.square());
        return new Update(p.sub(c[0].mul(gradient).div(sum.sqrt().add(epsilon))), sum);
    }

    @Override
    public void coefficients(long step, double rate, double decay, float[] target, int at) {
        target[at] = (float) rate;
        target[at + 1] = (float) decay;
    }
}
