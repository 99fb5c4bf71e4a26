package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adamax (Kingma and Ba 2015, section 7.1), Adam by the infinity norm:
 *
 * <pre>
 * g = g + decay * p
 * m = beta1 * m + (1 - beta1) * g
 * u = max(beta2 * u, |g| + epsilon)
 * p = p - rate / (1 - beta1^t) * m / u
 * </pre>
 *
 * @param learningRate at least 0; 2e-3 unless given
 * @param beta1 0.9 unless given
 * @param beta2 0.999 unless given
 * @param epsilon beside |g|, as in PyTorch; 1e-8 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Adamax(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    public Adamax {
        Check.atLeastZero("Adamax", "learning rate", learningRate);
        Check.belowOne("Adamax", "beta1", beta1);
        Check.belowOne("Adamax", "beta2", beta2);
        Check.atLeastZero("Adamax", "epsilon", epsilon);
        Check.atLeastZero("Adamax", "weight decay", weightDecay);
    }

    public Adamax(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    public Adamax() {
        this(2e-3);
    }

    public Adamax withBetas(double first, double second) {
        return new Adamax(learningRate, first, second, epsilon, weightDecay);
    }

    public Adamax withEpsilon(double value) {
        return new Adamax(learningRate, beta1, beta2, value, weightDecay);
    }

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
