package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Adam, the optimizer to begin with: it divides a running mean of the gradient by the root of a running mean of its
 * square, so that all parameters take steps of similar size. For each parameter p with gradient g, in step t counted from
 * 1:
 *
 * <pre>
 * g = g + decay * p
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <pre>{@code
 * Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3)).fit(data);
 * }</pre>
 *
 * <p>The epsilon stands outside the corrected root, as in algorithm 1 of the paper and in PyTorch. There are variants:
 * <ul>
 * <li>{@link #withoutBiasCorrection} leaves out both divisions by {@code 1 - beta^t}.
 * <li>{@link #withEpsilonHat} is the form at the end of section 2 of the paper, which TensorFlow, Keras and Torch7 use:
 *     {@code p = p - rate * sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)}.
 * <li>{@link #withAmsGrad} (Reddi, Kale and Kumar 2018) divides by the largest v so far, taken before the correction as
 *     in PyTorch and Keras.
 * </ul>
 *
 * <p>For weight decay {@link AdamW} is usually better. Source: Kingma and Ba, Adam (2015).
 *
 * @param learningRate the learning rate, at least 0; 3e-4 by default
 * @param beta1 the decay of the mean gradient, in [0, 1); 0.9 by default
 * @param beta2 the decay of the mean squared gradient, in [0, 1); 0.999 by default
 * @param epsilon avoids division by 0, at least 0; 1e-8 by default
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 * @param form how the running means are corrected; {@link Form#CORRECTED} by default
 * @param amsGrad whether the largest v so far is used instead of v; false by default
 */
public record Adam(
        double learningRate, double beta1, double beta2, double epsilon, double weightDecay, Form form, boolean amsGrad)
        implements AdamFamily {
    /** How the running means are corrected for their start at 0. */
    public enum Form {
        /** Both means are corrected before the root is taken and epsilon added. */
        CORRECTED,
        /** The correction is a factor of the learning rate; epsilon is added to the uncorrected root. */
        EPSILON_HAT,
        /** No correction: the first steps are up to {@code (1 - beta1) / sqrt(1 - beta2)} times as large. */
        UNCORRECTED
    }

    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param beta1 the decay of the mean gradient, in [0, 1)
     * @param beta2 the decay of the mean squared gradient, in [0, 1)
     * @param epsilon avoids division by 0, at least 0
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @param form how the running means are corrected
     * @param amsGrad whether the largest v so far is used instead of v
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Adam {
        Check.atLeastZero("Adam", "learning rate", learningRate);
        Check.belowOne("Adam", "beta1", beta1);
        Check.belowOne("Adam", "beta2", beta2);
        Check.atLeastZero("Adam", "epsilon", epsilon);
        Check.atLeastZero("Adam", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public Adam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0, Form.CORRECTED, false);
    }

    /** Creates the optimizer with learning rate 3e-4. */
    public Adam() {
        this(3e-4);
    }

    /**
     * {@return a copy with other decays of the running means}
     *
     * @param first beta1, in [0, 1)
     * @param second beta2, in [0, 1)
     */
    public Adam withBetas(double first, double second) {
        return new Adam(learningRate, first, second, epsilon, weightDecay, form, amsGrad);
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value the epsilon, at least 0
     */
    public Adam withEpsilon(double value) {
        return new Adam(learningRate, beta1, beta2, value, weightDecay, form, amsGrad);
    }

    /**
     * {@return a copy with L2 weight decay, which passes through the running means}
     *
     * @param decay the factor, at least 0
     */
    public Adam withWeightDecay(double decay) {
        return new Adam(learningRate, beta1, beta2, epsilon, decay, form, amsGrad);
    }

    /** {@return a copy without correction of the running means} */
    public Adam withoutBiasCorrection() {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, Form.UNCORRECTED, amsGrad);
    }

    /** {@return a copy that adds epsilon to the uncorrected root, as TensorFlow and Keras do} */
    public Adam withEpsilonHat() {
        return new Adam(learningRate, beta1, beta2, epsilon, weightDecay, Form.EPSILON_HAT, amsGrad);
    }

    /** {@return a copy that divides by the largest v so far} */
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
