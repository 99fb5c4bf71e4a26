package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * RMSProp, which divides the gradient by the root of a running mean of its square, optionally centred (Graves 2013) and
 * with momentum. For each parameter p with gradient g:
 *
 * <pre>
 * g = g + decay * p
 * a = alpha * a + (1 - alpha) * g * g
 * c = alpha * c + (1 - alpha) * g
 * s = a, or a - c * c if centred
 * b = momentum * b + g / (sqrt(s) + epsilon)
 * p = p - rate * b
 * </pre>
 *
 * <p>The epsilon stands outside the root, as in PyTorch; {@link #withEpsilonInside} uses {@code sqrt(s + epsilon)} as
 * Keras does.
 *
 * <p>Source: Tieleman and Hinton, Lecture 6.5 - RMSProp (2012).
 *
 * @param learningRate the learning rate, at least 0; 0.01 by default
 * @param alpha the decay of the running means, in [0, 1); 0.99 by default
 * @param epsilon avoids division by 0, at least 0; 1e-8 by default
 * @param momentum the share of the last step that is kept, in [0, 1); 0 by default
 * @param centred whether the square of the mean gradient is subtracted; false by default
 * @param epsilonInside whether epsilon is added inside the root; false by default
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record RmsProp(
        double learningRate,
        double alpha,
        double epsilon,
        double momentum,
        boolean centred,
        boolean epsilonInside,
        double weightDecay)
        implements Optimizer {
    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param alpha the decay of the running means, in [0, 1)
     * @param epsilon avoids division by 0, at least 0
     * @param momentum the share of the last step that is kept, in [0, 1)
     * @param centred whether the square of the mean gradient is subtracted
     * @param epsilonInside whether epsilon is added inside the root
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public RmsProp {
        Check.atLeastZero("RmsProp", "learning rate", learningRate);
        Check.belowOne("RmsProp", "alpha", alpha);
        Check.atLeastZero("RmsProp", "epsilon", epsilon);
        Check.belowOne("RmsProp", "momentum", momentum);
        Check.atLeastZero("RmsProp", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public RmsProp(double learningRate) {
        this(learningRate, 0.99, 1e-8, 0, false, false, 0);
    }

    /** Creates the optimizer with learning rate 0.01. */
    public RmsProp() {
        this(0.01);
    }

    /**
     * {@return a copy with another decay of the running means}
     *
     * @param value the decay, in [0, 1)
     */
    public RmsProp withAlpha(double value) {
        return new RmsProp(learningRate, value, epsilon, momentum, centred, epsilonInside, weightDecay);
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value the epsilon, at least 0
     */
    public RmsProp withEpsilon(double value) {
        return new RmsProp(learningRate, alpha, value, momentum, centred, epsilonInside, weightDecay);
    }

    /** {@return a copy that adds epsilon inside the root} */
    public RmsProp withEpsilonInside() {
        return new RmsProp(learningRate, alpha, epsilon, momentum, centred, true, weightDecay);
    }

    /**
     * {@return a copy with momentum}
     *
     * @param value the share of the last step that is kept, in [0, 1)
     */
    public RmsProp withMomentum(double value) {
        return new RmsProp(learningRate, alpha, epsilon, value, centred, epsilonInside, weightDecay);
    }

    /** {@return a copy that divides by the standard deviation of the gradient instead of the root of its mean square} */
    public RmsProp withCentring() {
        return new RmsProp(learningRate, alpha, epsilon, momentum, true, epsilonInside, weightDecay);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public RmsProp withWeightDecay(double decay) {
        return new RmsProp(learningRate, alpha, epsilon, momentum, centred, epsilonInside, decay);
    }

    @Override
    public List<String> state() {
        return centred ? List.of("square", "velocity", "mean") : List.of("square", "velocity");
    }

    /** The coefficients are: rate, momentum. */
    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression square = state[0].mul(alpha).add(g.square().mul(1 - alpha));
        Expression mean = centred ? state[2].mul(alpha).add(g.mul(1 - alpha)) : null;
        // rounding may leave the variance of equal gradients below 0
        Expression spread = centred ? square.sub(mean.square()).max(Expression.constant(0)) : square;
        Expression divisor =
                epsilonInside ? spread.add(epsilon).sqrt() : spread.sqrt().add(epsilon);
        Expression velocity = c[1].mul(state[1]).add(g.div(divisor));
        Expression moved = p.sub(c[0].mul(velocity));
        return centred ? new Update(moved, square, velocity, mean) : new Update(moved, square, velocity);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
        target[at + 1] = momentum;
    }
}
