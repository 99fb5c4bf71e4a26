package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): the decay acts on the parameter and does not pass
 * through the running means.
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * decay * p - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * @param learningRate at least 0; 3e-4 unless given
 * @param beta1 0.9 unless given
 * @param beta2 0.999 unless given
 * @param epsilon 1e-8 unless given
 * @param weightDecay at least 0; 0.01 unless given
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    public AdamW {
        Check.atLeastZero("AdamW", "learning rate", learningRate);
        Check.belowOne("AdamW", "beta1", beta1);
        Check.belowOne("AdamW", "beta2", beta2);
        Check.atLeastZero("AdamW", "epsilon", epsilon);
        Check.atLeastZero("AdamW", "weight decay", weightDecay);
    }

    public AdamW(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    public AdamW() {
        this(3e-4);
    }

    public AdamW withBetas(double first, double second) {
        return new AdamW(learningRate, first, second, epsilon, weightDecay);
    }

    public AdamW withEpsilon(double value) {
        return new AdamW(learningRate, beta1, beta2, value, weightDecay);
    }

    public AdamW withWeightDecay(double decay) {
        return new AdamW(learningRate, beta1, beta2, epsilon, decay);
    }

    @Override
    public List<String> state() {
        return List.of("m", "v");
    }

    /** c: rate / (1 - beta1^t), 1 / (1 - beta2^t), rate * decay. */
    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression m = state[0].mul(beta1).add(g.mul(1 - beta1));
        Expression v = state[1].mul(beta2).add(g.square().mul(1 - beta2));
        Expression step = c[0].mul(m).div(v.mul(c[1]).sqrt().add(epsilon));
        return new Update(p.sub(c[2].mul(p)).sub(step), m, v);
    }

    @Override
    public void coefficients(long step, double rate, double decay, float[] target, int at) {
        target[at] = (float) (rate / (1 - Math.pow(beta1, (double) step)));
        target[at + 1] = (float) (1 / (1 - Math.pow(beta2, (double) step)));
        target[at + 2] = (float) (rate * decay);
    }
}
