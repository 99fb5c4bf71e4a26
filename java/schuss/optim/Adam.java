package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adam (Kingma and Ba 2015), with the epsilon outside the corrected square root as in the paper's algorithm 1:
 *
 * <pre>
 * g = g + decay * p
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * @param learningRate at least 0; 3e-4 unless given
 * @param beta1 0.9 unless given
 * @param beta2 0.999 unless given
 * @param epsilon 1e-8 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    public Adam {
        Check.atLeastZero("Adam", "learning rate", learningRate);
        Check.belowOne("Adam", "beta1", beta1);
        Check.belowOne("Adam", "beta2", beta2);
        Check.atLeastZero("Adam", "epsilon", epsilon);
        Check.atLeastZero("Adam", "weight decay", weightDecay);
    }

    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    public Adam() {
        this(3e-4);
    }

    public Adam withBetas(double first, double second) {
        return new Adam(learningRate, first, second, epsilon, weightDecay);
    }

    public Adam withEpsilon(double value) {
        return new Adam(learningRate, beta1, beta2, value, weightDecay);
    }

    public Adam withWeightDecay(double decay) {
        return new Adam(learningRate, beta1, beta2, epsilon, decay);
    }

    @Override
    public List<String> state() {
        return List.of("m", "v");
    }

    /** c: rate / (1 - beta1^t), 1 / (1 - beta2^t), decay. */
    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression gradient = g.add(c[2].mul(p));
        Expression m = state[0].mul(beta1).add(gradient.mul(1 - beta1));
        Expression v = state[1].mul(beta2).add(gradient.square().mul(1 - beta2));
        Expression step = c[0].mul(m).div(v.mul(c[1]).sqrt().add(epsilon));
        return new Update(p.sub(step), m, v);
    }

    @Override
    public void coefficients(long step, double rate, double decay, float[] target, int at) {
        target[at] = (float) (rate / (1 - Math.pow(beta1, (double) step)));
        target[at + 1] = (float) (1 / (1 - Math.pow(beta2, (double) step)));
        target[at + 2] = (float) decay;
    }
}
