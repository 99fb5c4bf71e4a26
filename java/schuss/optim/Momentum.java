package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Gradient descent with momentum (Polyak 1964), in the forms that are taught; g stands for g + decay * p:
 *
 * <pre>
 * CLASSICAL   v = momentum * v - rate * g              p = p + v
 * AVERAGED    v = momentum * v + (1 - momentum) * g    p = p - rate * v
 * NESTEROV    v = momentum * v + g                     p = p - rate * (g + momentum * v)
 * </pre>
 *
 * <p>For the same steps AVERAGED needs a rate that is 1 / (1 - momentum) times as large. NESTEROV is the form of
 * Sutskever et al. (2013) as PyTorch has it.
 *
 * @param learningRate at least 0; 1e-4 unless given
 * @param momentum the share of the velocity that stays, in [0, 1); 0.9 unless given
 * @param form CLASSICAL unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record Momentum(double learningRate, double momentum, Form form, double weightDecay) implements Optimizer {
    /** How the velocity is scaled, and where the gradient is taken. */
    public enum Form {
        CLASSICAL,
        AVERAGED,
        NESTEROV
    }

    public Momentum {
        Check.atLeastZero("Momentum", "learning rate", learningRate);
        Check.belowOne("Momentum", "momentum", momentum);
        Check.atLeastZero("Momentum", "weight decay", weightDecay);
    }

    public Momentum(double learningRate, double momentum) {
        this(learningRate, momentum, Form.CLASSICAL, 0);
    }

    public Momentum() {
        this(1e-4, 0.9);
    }

    public Momentum withForm(Form other) {
        return new Momentum(learningRate, momentum, other, weightDecay);
    }

    public Momentum withWeightDecay(double decay) {
        return new Momentum(learningRate, momentum, form, decay);
    }

    @Override
    public List<String> state() {
        return List.of("velocity");
    }

    /** c: momentum, factor of the gradient in v, of v in p, of the gradient in p. */
    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression v = c[0].mul(state[0]).add(c[1].mul(g));
        return new Update(p.add(c[2].mul(v)).add(c[3].mul(g)), v);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = momentum;
        target[at + 1] = switch (form) {
            case CLASSICAL -> -rate;
            case AVERAGED -> 1 - momentum;
            case NESTEROV -> 1;
        };
        target[at + 2] = switch (form) {
            case CLASSICAL -> 1;
            case AVERAGED -> -rate;
            case NESTEROV -> -rate * momentum;
        };
        target[at + 3] = form == Form.NESTEROV ? -rate : 0;
    }

    @Override
    public String kernel() {
        return "momentum_update";
    }
}
