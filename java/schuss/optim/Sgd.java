package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Stochastic gradient descent: p = p - rate * (g + decay * p).
 *
 * @param learningRate at least 0
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Sgd(double learningRate, double weightDecay) implements Optimizer {
    public Sgd {
        Check.atLeastZero("Sgd", "learning rate", learningRate);
        Check.atLeastZero("Sgd", "weight decay", weightDecay);
    }

    public Sgd(double learningRate) {
        this(learningRate, 0);
    }

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
