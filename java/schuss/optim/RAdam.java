package schuss.optim;

/**
 * Rectified Adam (Liu et al. 2020): steps along the mean gradient alone until the variance of v can be estimated, then
 * Adam's with a factor r that grows to 1.
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * g
 * v = beta2 * v + (1 - beta2) * g * g
 * rho = rho_inf - 2 t beta2^t / (1 - beta2^t)          rho_inf = 2 / (1 - beta2) - 1
 * r = sqrt((rho - 4)(rho - 2) rho_inf / ((rho_inf - 4)(rho_inf - 2) rho))
 * rho > 5:  p = p - rate * r * m / (1 - beta1^t) * sqrt(1 - beta2^t) / (sqrt(v) + epsilon)
 * else:     p = p - rate * m / (1 - beta1^t)
 * </pre>
 *
 * <p>As in PyTorch, which has 5 where the paper has 4.
 *
 * @param learningRate at least 0; 1e-3 unless given
 * @param beta1 0.9 unless given
 * @param beta2 0.999 unless given
 * @param epsilon beside the uncorrected root; 1e-8 unless given
 * @param weightDecay the factor of the L2 penalty's gradient, at least 0
 */
public record RAdam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements AdamFamily {
    private static final double ENOUGH = 5; // the length rho of an average whose variance can be estimated

    public RAdam {
        Check.atLeastZero("RAdam", "learning rate", learningRate);
        Check.belowOne("RAdam", "beta1", beta1);
        Check.belowOne("RAdam", "beta2", beta2);
        Check.atLeastZero("RAdam", "epsilon", epsilon);
        Check.atLeastZero("RAdam", "weight decay", weightDecay);
    }

    public RAdam(double learningRate) {
        this(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    public RAdam() {
        this(1e-3);
    }

    public RAdam withBetas(double first, double second) {
        return new RAdam(learningRate, first, second, epsilon, weightDecay);
    }

    public RAdam withEpsilon(double value) {
        return new RAdam(learningRate, beta1, beta2, value, weightDecay);
    }

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
