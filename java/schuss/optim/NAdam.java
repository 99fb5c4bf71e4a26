package schuss.optim;

/**
 * Adam with Nesterov momentum and a warm-up of the momentum. For each parameter p with gradient g, in step t counted from
 * 1:
 *
 * <pre>
 * mu_t = beta1 * (1 - 0.5 * 0.96^(t * momentumDecay))       M_t = mu_1 * ... * mu_t
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * (mu_(t+1) * m / (1 - M_(t+1)) + (1 - mu_t) * g / (1 - M_t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>This is the form of PyTorch since version 2.0; earlier versions had mu_t twice in M_(t+1). Keras has no momentum
 * decay and warms up 250 times as fast: use {@code withMomentumDecay(1)}. The momentum has this schedule of its own and
 * takes no other.
 *
 * <p>Source: Dozat, Incorporating Nesterov Momentum into Adam (2016).
 *
 * @param learningRate the learning rate, at least 0; 2e-3 by default
 * @param beta1 the decay of the mean gradient, in [0, 1); 0.9 by default
 * @param beta2 the decay of the mean squared gradient, in [0, 1); 0.999 by default
 * @param epsilon avoids division by 0, at least 0; 1e-8 by default
 * @param momentumDecay how fast mu approaches beta1, at least 0; 4e-3 by default
 * @param weightDecay the factor of L2 weight decay, at least 0; 0 by default
 */
public record NAdam(
        double learningRate, double beta1, double beta2, double epsilon, double momentumDecay, double weightDecay)
        implements AdamFamily {
    private static final double BASE = 0.96;
    private static final double LESS = 0.5; // the share that is missing from the first momentum
    private static final int TERMS = 60; // 0.5^60 is below a double's precision

    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the learning rate, at least 0
     * @param beta1 the decay of the mean gradient, in [0, 1)
     * @param beta2 the decay of the mean squared gradient, in [0, 1)
     * @param epsilon avoids division by 0, at least 0
     * @param momentumDecay how fast mu approaches beta1, at least 0
     * @param weightDecay the factor of L2 weight decay, at least 0
     * @throws IllegalArgumentException if a number is out of its range
     */
    public NAdam {
        Check.atLeastZero("NAdam", "learning rate", learningRate);
        Check.belowOne("NAdam", "beta1", beta1);
        Check.belowOne("NAdam", "beta2", beta2);
        Check.atLeastZero("NAdam", "epsilon", epsilon);
        Check.atLeastZero("NAdam", "momentum decay", momentumDecay);
        Check.atLeastZero("NAdam", "weight decay", weightDecay);
    }

    /**
     * Creates the optimizer with a given learning rate.
     *
     * @param learningRate the learning rate, at least 0
     */
    public NAdam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 4e-3, 0);
    }

    /** Creates the optimizer with learning rate 2e-3. */
    public NAdam() {
        this(2e-3);
    }

    /**
     * {@return a copy with other decays of the running means}
     *
     * @param first beta1, in [0, 1)
     * @param second beta2, in [0, 1)
     */
    public NAdam withBetas(double first, double second) {
        return new NAdam(learningRate, first, second, epsilon, momentumDecay, weightDecay);
    }

    /**
     * {@return a copy with another epsilon}
     *
     * @param value the epsilon, at least 0
     */
    public NAdam withEpsilon(double value) {
        return new NAdam(learningRate, beta1, beta2, value, momentumDecay, weightDecay);
    }

    /**
     * {@return a copy with another warm-up of the momentum}
     *
     * @param value how fast mu approaches beta1, at least 0
     */
    public NAdam withMomentumDecay(double value) {
        return new NAdam(learningRate, beta1, beta2, epsilon, value, weightDecay);
    }

    /**
     * {@return a copy with L2 weight decay}
     *
     * @param decay the factor, at least 0
     */
    public NAdam withWeightDecay(double decay) {
        return new NAdam(learningRate, beta1, beta2, epsilon, momentumDecay, decay);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        double mu = mu(step);
        double next = mu(step + 1);
        double product = product(step);
        double mean = rate * next / (1 - product * next);
        double direct = rate * (1 - mu) / (1 - product);
        double correction = 1 / AdamFamily.missing(beta2, step);
        AdamFamily.write(mean, correction, beta1, beta2, epsilon, direct, target, at);
    }

    private double mu(long step) {
        return beta1 * (1 - LESS * Math.pow(BASE, step * momentumDecay));
    }

    /**
     * mu_1 * ... * mu_t in closed form for any t, so that no running product has to be kept or saved. With q =
     * 0.96^momentumDecay its logarithm is t log(beta1) plus the sum of log(1 - q^i / 2) over i = 1 .. t. Each of these
     * terms is -sum over k of q^(i k) / (2^k k), and for each k the q^(i k) are a geometric series.
     */
    double product(long step) {
        double logQ = momentumDecay * Math.log(BASE);
        double sum = 0;
        double power = 1;
        for (int k = 1; k <= TERMS; k++) {
            power *= LESS;
            double ratio = logQ * k; // the logarithm of the series' ratio
            double series = ratio == 0 ? step : Math.exp(ratio) * Math.expm1(ratio * step) / Math.expm1(ratio);
            sum -= power / k * series;
        }
        return Math.pow(beta1, (double) step) * Math.exp(sum);
    }
}
