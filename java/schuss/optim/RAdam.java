package schuss.optim;

/**
 * Rectified Adam: a variant of {@link Adam} that needs no warm-up. At first it steps along the mean gradient alone, and
 * once the variance of v can be estimated it uses Adam's step with a factor r that grows to 1. For each parameter p with
 * gradient g, in step t counted from 1:
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * rho = rho_inf - 2 t beta2^t / (1 - beta2^t)          rho_inf = 2 / (1 - beta2) - 1
 * r = sqrt((rho - 4)(rho - 2) rho_inf / ((rho_inf - 4)(rho_inf - 2) rho))
 * rho &gt; 5:  p = p - rate * r * m / (1 - beta1^t) * sqrt(1 - beta2^t) / (sqrt(v) + epsilon)
 * else:     p = p - rate * m / (1 - beta1^t)
 * </pre>
 *
 * <p>The threshold 5 is that of PyTorch; the paper has 4. Source: Liu et al., On the Variance of the Adaptive Learning
 * Rate (2020).
 *
 * @param learningRate the learning rate, at least 0; 1e-3 by default
 * @param beta1 the decay of the mean gradient, in [0, 1); 0.9 by default
 * @param beta2 the decay of the mean squared gradient, in [0, 1); 0.999 by default
 * @param epsilon added to the uncorrected root, at least 0; 1e-8 by default
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record RAdam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements AdamFamily {
    private static final double ENOUGH = 5; // the length rho of an average whose variance can be estimated

    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param beta1 the decay of the mean gradient, in [0, 1)
     * @param beta2 the decay of the mean squared gradient, in [0, 1)
     * @param epsilon added to the uncorrected root, at least 0
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public RAdam {
        Check.atLeastZero("RAdam", "learning rate", learningRate);
        Check.belowOne("RAdam", "beta1", beta1);
        Check.belowOne("RAdam", "beta2", beta2);
        Check.atLeastZero("RAdam", "epsilon", epsilon);
        Check.atLeastZero("RAdam", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public RAdam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /** Creates the optimizer with learning rate 1e-3. */
    public RAdam() {
        this(1e-3);
    }

    /**
     * {@return a copy with other decays of the running means}
     *
     * @param first beta1, in [0, 1)
     * @param second beta2, in [0, 1)
     */
    public RAdam withBetas(double first, double second) {
        return new RAdam(learningRate, first, second, epsilon, weightDecay);
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value the epsilon, at least 0
     */
    public RAdam withEpsilon(double value) {
        return new RAdam(learningRate, beta1, beta2, value, weightDecay);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public RAdam withWeightDecay(double decay) {
        return new RAdam(learningRate, beta1, beta2, epsilon, decay);
    }

    @Override
    public double momentum() {
        return beta1;
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        double missing = AdamFamily.missing(beta2, step);
        double longest = 2 / AdamFamily.missing(beta2, 1) - 1;
        double length = longest - 2 * step * (1 - missing) / missing;
        double mean = rate / AdamFamily.missing(momentum, step);
        if (length > ENOUGH) {
            double rectified = Math.sqrt(
                    (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length) * missing);
            AdamFamily.write(mean * rectified, 1, momentum, beta2, epsilon, 0, target, at);
        } else {
            AdamFamily.write(mean, 0, momentum, beta2, 1, 0, target, at); // a divisor of sqrt(0 * v) + 1
        }
    }
}
