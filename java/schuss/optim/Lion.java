package schuss.optim;

import java.util.List;
import schuss.ops.Expression;
import schuss.ops.Function1;

/**
 * Lion (Chen et al. 2023), a step of one size for every parameter, with decoupled weight decay:
 *
 * <pre>
 * p = p - rate * decay * p
 * p = p - rate * sign(beta1 * m + (1 - beta1) * g)
 * m = beta2 * m + (1 - beta2) * g
 * </pre>
 *
 * @param learningRate at least 0, three to ten times smaller than Adam's; 1e-4 unless given
 * @param beta1 0.9 unless given
 * @param beta2 0.99 unless given
 * @param weightDecay at least 0; 0 unless given
 */
public record Lion(double learningRate, double beta1, double beta2, double weightDecay) implements Optimizer {
    public Lion {
        Check.atLeastZero("Lion", "learning rate", learningRate);
        Check.belowOne("Lion", "beta1", beta1);
        Check.belowOne("Lion", "beta2", beta2);
        Check.atLeastZero("Lion", "weight decay", weightDecay);
    }

    public Lion(double learningRate) {
        this(learningRate, 0.9, 0.99, 0);
    }

    public Lion() {
        this(1e-4);
    }

    public Lion withBetas(double first, double second) {
        return new Lion(learningRate, first, second, weightDecay);
    }

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
