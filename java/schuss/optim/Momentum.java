package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Gradient descent with momentum (Polyak 1964): v = momentum * v - rate * (g + decay * p), p = p + v.
 *
 * @param learningRate at least 0; 1e-4 unless given
 * @param momentum the share of the velocity that stays, in [0, 1); 0.9 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Momentum(double learningRate, double momentum, double weightDecay) implements Optimizer {
    public Momentum {
        Check.atLeastZero("Momentum", "learning rate", learningRate);
        Check.belowOne("Momentum", "momentum", momentum);
        Check.atLeastZero("Momentum", "weight decay", weightDecay);
    }

    public Momentum(double learningRate, double momentum) {
        this(learningRate, momentum, 0);
    }

    public Momentum() {
        this(1e-4, 0.9, 0);
    }

    public Momentum withWeightDecay(double decay) {
        return new Momentum(learningRate, momentum, decay);
    }

    @Override
    public List<String> state() {
        return List.of("velocity");
    }

    /** c: momentum, factor of the gradient in v, of v in p, of the gradient in p (for Nesterov's form), decay. */
    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression gradient = g.add(c[4].mul(p));
        Expression v = c[0].mul(state[0]).add(c[1].mul(gradient));
        return new Update(p.add(c[2].mul(v)).add(c[3].mul(gradient)), v);
    }

    @Override
    public void coefficients(long step, double rate, double decay, float[] target, int at) {
        target[at] = (float) momentum;
        target[at + 1] = (float) -rate;
        target[at + 2] = 1;
        target[at + 3] = 0;
        target[at + 4] = (float) decay;
    }
}
