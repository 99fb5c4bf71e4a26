package schuss.optim;

/**
 * Adam with Nesterov momentum (Dozat 2016) under its warm-up of the momentum:
 *
 * <pre>
 * mu_t = beta1 * (1 - 0.5 * 0.96^(t * momentumDecay))       M_t = mu_1 * ... * mu_t
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * p = p - rate * (mu_(t+1) * m / (1 - M_(t+1)) + (1 - mu_t) * g / (1 - M_t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>As in PyTorch since 2.0; its versions before had mu_t twice in M_(t+1). Keras has no momentum decay and warms up 250 times as fast: {@code withMomentumDecay(1)}. Its momentum
 * has this schedule of its own and takes no other.
 *
 * @param learningRate at least 0; 2e-3 unless given
 * @param beta1 0.9 unless given
 * @param beta2 0.999 unless given
 * @param epsilon 1e-8 unless given
 * @param momentumDecay how fast mu approaches beta1, at least 0; 4e-3 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record NAdam(
        double learningRate, double beta1, double beta2, double epsilon, double momentumDecay, double weightDecay)
        implements AdamFamily {
    private static final double BASE = 0.96;
    private static final double LESS = 0.5; // the share that is missing from the first momentum
    private static final int TERMS = 60; // 0.5^60 is below a double's precision

    public NAdam {
        Check.atLeastZero("NAdam", "learning rate", learningRate);
        Check.belowOne("NAdam", "beta1", beta1);
        Check.belowOne("NAdam", "beta2", beta2);
        Check.atLeastZero("NAdam", "epsilon", epsilon);
        Check.atLeastZero("NAdam", "momentum decay", momentumDecay);
        Check.atLeastZero("NAdam", "weight decay", weightDecay);
    }

    public NAdam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 4e-3, 0);
    }

    public NAdam() {
        this(2e-3);
    }

    public NAdam withBetas(double first, double second) {
        return new NAdam(learningRate, first, second, epsilon, momentumDecay, weightDecay);
    }

    public NAdam withEpsilon(double value) {
        return new NAdam(learningRate, beta1, beta2, value, momentumDecay, weightDecay);
    }

    public NAdam withMomentumDecay(double value) {
        return new NAdam(learningRate, beta1, beta2, epsilon, value, weightDecay);
    }

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
     * mu_1 * ... * mu_t at once for any t, so that no running product needs to be kept or saved. With q =
     * 0.96^momentumDecay its logarithm is t log(beta1) plus the sum of log(1 - q^i / 2) over i = 1 .. t. Each of these is
     * -sum over k of q^(i k) / (2^k k), and for one k the q^(i k) make a geometric series.
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
