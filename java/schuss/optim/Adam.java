package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adam (Kingma and Ba 2015), with the epsilon outside the corrected square root as in the paper's algorithm 1 and in
 * PyTorch:
 *
 * <pre>
 * g = g + decay * p
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>Variants: {@link #withoutBiasCorrection} leaves both quotients out. {@link #withEpsilonHat} is the form at the end of
 * the paper's section 2, which TensorFlow, Keras and Torch7 have: p = p - rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m /
 * (sqrt(v) + epsilon). {@link #withAmsGrad} (Reddi, Kale and Kumar 2018) divides by the largest v so far, taken before its
 * correction as in PyTorch and Keras.
 *
 * @param learningRate at least 0; 3e-4 unless given
 * @param beta1 0.9 unless given
 * @param beta2 0.999 unless given
 * @param epsilon 1e-8 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 * @param form how the means are corrected
 * @param amsGrad whether the largest v so far counts instead of v
 */
public record Adam(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, Form form, boolean amsGrad)
        implements AdamFamily {
    /** How the running means, which start at 0, are corrected for that. */
    public enum Form {
        /** Both means, then the root, then the epsilon. */
        CORRECTED,
        /** As a factor of the rate; the epsilon stands beside the uncorrected root. */
        EPSILON_HAT,
        /** Not at all: the first steps are up to (1 - beta1) / sqrt(1 - beta2) times as large. */
        UNCORRECTED
    }

    public Adam {
        Check.atLeastZero("Adam", "learning rate", learningRate);
        Check.belowOne("Adam", "beta1", beta1);
        Check.belowOne("Adam", "beta2", beta2);
        Check.atLeastZero("Adam", "epsilon", epsilon);
        Check.atLeastZero("Adam", "weight decay", weightDecay);
    }

    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, Form.CORRECTED, false);
    }

    public Adam() {
        this(3e-4);
    }

    public Adam withBetas(double first, double second) {
        return new Adam(learningRate, first, second, epsilon, weightDecay, form, amsGrad);
    }

    public Adam withEpsilon(double value) {
        return new Adam(learningRate, beta1, beta2, value, weightDecay, form, amsGrad);
    }

    public Adam withWeightDecay(double decay) {
        return new Adam(learningRate, beta1, beta2, epsilon, decay, form, amsGrad);
    }

    public Adam withoutBiasCorrection() {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, Form.UNCORRECTED, amsGrad);
    }

    public Adam withEpsilonHat() {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, Form.EPSILON_HAT, amsGrad);
    }

    public Adam withAmsGrad() {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, form, true);
    }

    @Override
    public double momentum() {
        return beta1;
    }

    @Override
    public List<String> state() {
        return amsGrad ? List.of("m", "v", "largest v") : List.of("m", "v");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Update plain = AdamFamily.super.update(p, g, state, c);
        if (!amsGrad) {
            return plain;
        }
        Expression m = plain.state().get(0);
        Expression v = plain.state().get(1);
        Expression largest = state[2].max(v);
        return new Update(AdamFamily.moved(p, g, m, largest, c), m, v, largest);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        double first = form == Form.UNCORRECTED ? 1 : AdamFamily.missing(momentum, step);
        double second = form == Form.UNCORRECTED ? 1 : AdamFamily.missing(beta2, step);
        boolean hat = form == Form.EPSILON_HAT;
        double mean = rate / first * (hat ? Math.sqrt(second) : 1);
        AdamFamily.write(mean, hat ? 1 : 1 / second, momentum, beta2, epsilon, 0, target, at);
    }
}
