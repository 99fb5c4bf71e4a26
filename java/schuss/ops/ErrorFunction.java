package schuss.ops;

/** The error function erf in double precision, which Java's Math lacks. */
final class ErrorFunction {
    private static final double SATURATED = 6; // beyond, erf differs from 1 by less than 2^-53

    private ErrorFunction() {}

    /**
     * erf(x) = 2 / sqrt(pi) * exp(-x^2) * sum over n of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)): all terms have one sign, so
     * nothing cancels (Abramowitz and Stegun 7.1.6).
     */
    static double of(double x) {
        if (Math.abs(x) >= SATURATED) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-56; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
