package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * RMSProp (Tieleman and Hinton 2012), optionally centred (Graves 2013) and with momentum:
 *
 * <pre>
 * g = g + decay * p
 * a = alpha * a + (1 - alpha) * g * g
 * c = alpha * c + (1 - alpha) * g
 * s = a, or a - c * c where centred
 * b = momentum * b + g / (sqrt(s) + epsilon)
 * p = p - rate * b
 * </pre>
 *
 * <p>The epsilon is outside the root, as in PyTorch; {@link #withEpsilonInside} has sqrt(s + epsilon), as Keras does.
 *
 * @param learningRate at least 0; 0.01 unless given
 * @param alpha how much of the running means stays, in [0, 1); 0.99 unless given
 * @param epsilon 1e-8 unless given
 * @param momentum in [0, 1); 0 unless given
 * @param centred whether the mean gradient is subtracted; not unless said
 * @param epsilonInside whether the epsilon is added before the root is taken; not unless said
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
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
    public RmsProp {
        Check.atLeastZero("RmsProp", "learning rate", learningRate);
        Check.belowOne("RmsProp", "alpha", alpha);
        Check.atLeastZero("RmsProp", "epsilon", epsilon);
        Check.belowOne("RmsProp", "momentum", momentum);
        Check.atLeastZero("RmsProp", "weight decay", weightDecay);
    }

    public RmsProp(double learningRate) {
        this(learningRate, 0.99, 1e-8, 0, false, false, 0);
    }

    public RmsProp() {
        this(0.01);
    }

    public RmsProp withAlpha(double value) {
        return new RmsProp(learningRate, value, epsilon, momentum, centred, epsilonInside, weightDecay);
    }

    public RmsProp withEpsilon(double value) {
        return new RmsProp(learningRate, alpha, value, momentum, centred, epsilonInside, weightDecay);
    }

    public RmsProp withEpsilonInside() {
        return new RmsProp(learningRate, alpha, epsilon, momentum, centred, true, weightDecay);
    }

    public RmsProp withMomentum(double value) {
        return new RmsProp(learningRate, alpha, epsilon, value, centred, epsilonInside, weightDecay);
    }

    public RmsProp withCentring() {
        return new RmsProp(learningRate, alpha, epsilon, momentum, true, epsilonInside, weightDecay);
    }

    public RmsProp withWeightDecay(double decay) {
        return new RmsProp(learningRate, alpha, epsilon, momentum, centred, epsilonInside, decay);
    }

    @Override
    public List<String> state() {
        return centred ? List.of("square", "velocity", "mean") : List.of("square", "velocity");
    }

    /** c: rate, momentum. */
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
