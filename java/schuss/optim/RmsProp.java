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
 * d = sqrt(a) + epsilon, or sqrt(a - c * c) + epsilon where centred
 * b = momentum * b + g / d
 * p = p - rate * b
 * </pre>
 *
 * <p>The epsilon is outside the root, as in PyTorch; Keras has it inside.
 *
 * @param learningRate at least 0; 0.01 unless given
 * @param alpha how much of the running means stays, in [0, 1); 0.99 unless given
 * @param epsilon 1e-8 unless given
 * @param momentum in [0, 1); 0 unless given
 * @param centred whether the mean gradient is subtracted; not unless said
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record RmsProp(
        double learningRate, double alpha, double epsilon, double momentum, boolean centred, double weightDecay)
        implements Optimizer {
    public RmsProp {
        Check.atLeastZero("RmsProp", "learning rate", learningRate);
        Check.belowOne("RmsProp", "alpha", alpha);
        Check.atLeastZero("RmsProp", "epsilon", epsilon);
        Check.belowOne("RmsProp", "momentum", momentum);
        Check.atLeastZero("RmsProp", "weight decay", weightDecay);
    }

    public RmsProp(double learningRate) {
        this(learningRate, 0.99, 1e-8, 0, false, 0);
    }

    public RmsProp() {
        this(0.01);
    }

    public RmsProp withAlpha(double value) {
        return new RmsProp(learningRate, value, epsilon, momentum, centred, weightDecay);
    }

    public RmsProp withEpsilon(double value) {
        return new RmsProp(learningRate, alpha, value, momentum, centred, weightDecay);
    }

    public RmsProp withMomentum(double value) {
        return new RmsProp(learningRate, alpha, epsilon, value, centred, weightDecay);
    }

    public RmsProp withCentring() {
        return new RmsProp(learningRate, alpha, epsilon, momentum, true, weightDecay);
    }

    public RmsProp withWeightDecay(double decay) {
        return new RmsProp(learningRate, alpha, epsilon, momentum, centred, decay);
    }

    @Override
    public List<String> state() {
        return centred ? List.of("square", "velocity", "mean") : List.of("square", "velocity");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression gradient = g.add(c[1].mul(p));
        Expression square = state[0].mul(alpha).add(gradient.square().mul(1 - alpha));
        if (!centred) {
            Expression velocity =
                    state[1].mul(momentum).add(gradient.div(square.sqrt().add(epsilon)));
            return new Update(p.sub(c[0].mul(velocity)), square, velocity);
        }
        Expression mean = state[2].mul(alpha).add(gradient.mul(1 - alpha));
        // rounding may leave the variance of equal gradients below 0
        Expression variance = square.sub(mean.square()).max(Expression.constant(0));
        Expression velocity =
                state[1].mul(momentum).add(gradient.div(variance.sqrt().add(epsilon)));
        return new Update(p.sub(c[0].mul(velocity)), square, velocity, mean);
    }

    @Override
    public void coefficients(long step, double rate, double decay, float[] target, int at) {
        target[at] = (float) rate;
        target[at + 1] = (float) decay;
    }
}
