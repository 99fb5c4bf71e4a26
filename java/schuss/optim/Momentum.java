package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Gradient descent with momentum: steps follow a running sum (velocity) of the gradients, which damps oscillations. There
 * are three forms; g stands for {@code g + decay * p}:
 *
 * <pre>
 * CLASSICAL   v = momentum * v - rate * g              p = p + v
 * AVERAGED    v = momentum * v + (1 - momentum) * g    p = p - rate * v
 * NESTEROV    v = momentum * v + g                     p = p - rate * (g + momentum * v)
 * </pre>
 *
 * <p>For steps of the same size AVERAGED needs a learning rate {@code 1 / (1 - momentum)} times as large. NESTEROV is the
 * form of Sutskever et al. (2013) as implemented in PyTorch.
 *
 * <pre>{@code
 * new Momentum(0.1, 0.9).withForm(Momentum.Form.NESTEROV)
 * }</pre>
 *
 * <p>Source: Polyak, Some Methods of Speeding up the Convergence of Iteration Methods (1964).
 *
 * @param learningRate the learning rate, at least 0; 1e-4 by default
 * @param momentum the share of the velocity that is kept in each step, in [0, 1); 0.9 by default
 * @param form how the velocity is computed; {@link Form#CLASSICAL} by default
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record Momentum(double learningRate, double momentum, Form form, double weightDecay) implements Optimizer {
    /** How the velocity is scaled and where the gradient is taken; the formulas are in {@link Momentum}. */
    public enum Form {
        /** The velocity is the sum of past steps. */
        CLASSICAL,
        /** The velocity is a running mean of gradients. */
        AVERAGED,
        /** The step looks ahead along the velocity. */
        NESTEROV
    }

    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param momentum the share of the velocity that is kept in each step, in [0, 1)
     * @param form how the velocity is computed
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Momentum {
        Check.atLeastZero("Momentum", "learning rate", learningRate);
        Check.belowOne("Momentum", "momentum", momentum);
        Check.atLeastZero("Momentum", "weight decay", weightDecay);
    }

    /**
     * Creates the classical form.
     *
     * @param learningRate the learning rate, at least 0
     * @param momentum the share of the velocity that is kept, in [0, 1)
     */
    public Momentum(double learningRate, double momentum) {
        this(learningRate, momentum, Form.CLASSICAL, 0);
    }

    /** Creates the classical form with learning rate 1e-4 and momentum 0.9. */
    public Momentum() {
        this(1e-4, 0.9);
    }

    /**
     * {@return a copy in another form}
     *
     * @param other the form
     */
    public Momentum withForm(Form other) {
        return new Momentum(learningRate, momentum, other, weightDecay);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public Momentum withWeightDecay(double decay) {
        return new Momentum(learningRate, momentum, form, decay);
    }

    @Override
    public List<String> state() {
        return List.of("velocity");
    }

    /** The coefficients are: momentum, factor of the gradient in v, of v in p, of the gradient in p. */
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
