package schuss.conformance;

import static schuss.conformance.ErrorAnalysis.UNIT;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import schuss.ir.Step;
import schuss.ops.CrossEntropy;

/** The error analysis of cross-entropy. */
final class CrossEntropyBounds {
    /** exp within 3 ulp of a rounded difference, and what follows it, as in {@link Bounds}. */
    private static final double POWER = 12;

    /** c for sums of K terms: c * sqrt(K) roundings of their absolute sum, as in {@link Bounds}. */
    private static final double SUM = 4;

    private static final double TINY = 0x1p-140;

    private final CrossEntropy op;
    private final int classes;
    private final int[] labels;
    private final IntToDoubleFunction weight;

    private CrossEntropyBounds(CrossEntropy op, Step step, double[] labels, double[] weights) {
        this.op = op;
        this.classes = step.inputs().get(0).shape().dim(1);
        this.labels = Arrays.stream(labels).mapToInt(t -> (int) t).toArray();
        this.weight = weights == null ? c -> 1 : c -> weights[c];
    }

    static double[][] forward(CrossEntropy op, Step step, double[][] x, double[][] y) {
        double[] weights = x.length > 2 ? x[2] : null;
        return new CrossEntropyBounds(op, step, x[1], weights).forward(x[0], y);
    }

    static double[] backward(CrossEntropy.Gradient op, Step step, double[][] x) {
        double[] weights = x.length > 5 ? x[5] : null;
        return new CrossEntropyBounds(op.of(), step, x[1], weights).backward(x);
    }

    private boolean counts(int row) {
        return labels[row] >= 0 && labels[row] < classes && !op.ignores(labels[row]);
    }

    /** The a[c] of the op's formula. It is off by up to 4 roundings: of the smoothing, 1 - it, quotient, product. */
    private double target(int row, int c) {
        double each = op.smoothing() / classes * weight.applyAsDouble(c);
        return c == labels[row] ? (1 - op.smoothing()) * weight.applyAsDouble(c) + each : each;
    }

    private double[][] forward(double[] z, double[][] y) {
        double[] loss = new double[labels.length];
        double[] sum = new double[labels.length];
        for (int row = 0; row < labels.length; row++) {
            double maximum = y[2][row];
            double logSum = Math.log(y[3][row]);
            // the sum's terms are of one sign: sqrt(K) relative errors; rounding z - m is relative in exp, by |z - m|,
            // whose mean over the terms is their entropy less the logarithm of the sum, at most log(K)
            double sumError = UNIT * (POWER + SUM * Math.sqrt(classes) + Math.log(classes));
            double logSumError = op.logProbabilities() ? 0 : sumError + 4 * UNIT * Math.abs(logSum);
            sum[row] = op.logProbabilities() ? 0 : sumError * y[3][row];
            for (int c = 0; counts(row) && c < classes; c++) {
                if (c == labels[row] || op.smoothing() > 0) {
                    double shifted = z[row * classes + c] - maximum;
                    double term = Math.abs(logSum - shifted);
                    double sumOfTerms = c == labels[row] ? 1 : 1 + SUM * Math.sqrt(classes);
                    loss[row] += target(row, c) * (logSumError + UNIT * (Math.abs(shifted) + (5 + sumOfTerms) * term));
                }
            }
            loss[row] += TINY;
        }
        return new double[][] {loss, new double[labels.length], new double[labels.length], sum};
    }

    private double[] backward(double[][] x) {
        double[] errors = new double[x[0].length];
        for (int row = 0; row < labels.length; row++) {
            double all = 0;
            for (int c = 0; counts(row) && c < classes; c++) {
                all += target(row, c);
            }
            double dy = Math.abs(x[4][row]);
            for (int c = 0; counts(row) && c < classes; c++) {
                double shifted = x[0][row * classes + c] - x[2][row];
                double probability = op.logProbabilities() ? 0 : all * Math.exp(shifted) / x[3][row];
                double relative = Math.abs(shifted) + POWER + (op.smoothing() > 0 ? SUM * Math.sqrt(classes) : 0);
                errors[row * classes + c] = UNIT * dy * (probability * (relative + 1) + 6 * target(row, c)) + TINY;
            }
        }
        return errors;
    }
}
