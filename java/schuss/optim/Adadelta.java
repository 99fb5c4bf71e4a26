package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * ADADELTA (Zeiler 2012), whose steps have the units of the parameters:
 *
 * <pre>
 * g = g + decay * p
 * a = rho * a + (1 - rho) * g * g
 * u = sqrt(d + epsilon) / sqrt(a + epsilon) * g
 * d = rho * d + (1 - rho) * u * u
 * p = p - rate * u
 * </pre>
 *
 * @param learningRate at least 0; the paper's 1 unless given
 * @param rho how much of the running means stays, in [0, 1); 0.9 unless given
 * @param epsilon inside both roots, as in the paper; 1e-6 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Adadelta(double learningRate, double rho, double epsilon, double weightDecay) implements Optimizer {
    public Adadelta {
        Check.atLeastZero("Adadelta", "learning rate", learningRate);
        Check.belowOne("Adadelta", "rho", rho);
        Check.atLeastZero("Adadelta", "epsilon", epsilon);
        Check.atLeastZero("Adadelta", "weight decay", weightDecay);
    }

    public Adadelta(double learningRate) {
        this(learningRate, 0.9, 1e-6, 0);
    }

    public Adadelta() {
        this(1);
    }

    public Adadelta withRho(double value) {
        return new Adadelta(learningRate, value, epsilon, weightDecay);
    }

    public Adadelta withEpsilon(double value) {
        return new Adadelta(learningRate, rho, value, weightDecay);
    }

    public Adadelta withWeightDecay(double decay) {
        return new Adadelta(learningRate, rho, epsilon, decay);
    }

    @Override
    public List<String> state() {
        return List.of("gradients", "updates");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression gradients = state[0].mul(rho).add(g.square().mul(1 - rho));
        Expression update =
                state[1].add(epsilon).sqrt().div(gradients.add(epsilon).sqrt()).mul(g);
        Expression updates = state[1].mul(rho).add(update.square().mul(1 - rho));
        return new Update(p.sub(c[0].mul(update)), gradients, updates);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
    }
}
