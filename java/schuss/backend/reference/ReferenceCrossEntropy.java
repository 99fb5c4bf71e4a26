package schuss.backend.reference;

import schuss.ops.CrossEntropy;

/** Cross-entropy and its gradient, as in the op's formula. */
final class ReferenceCrossEntropy {
    private ReferenceCrossEntropy() {}

    static void register(ReferenceBackend backend) {
        backend.loop(CrossEntropy.class, ReferenceCrossEntropy::forward);
        backend.loop(CrossEntropy.Gradient.class, ReferenceCrossEntropy::backward);
    }

    private static double weight(Array[] x, int index, int label) {
        return x.length > index ? x[index].get(label) : 1;
    }

    /** The a[c] of the op's formula. */
    private static double target(CrossEntropy op, Array[] x, int index, int classes, int label, int c) {
        double each = op.smoothing() / classes * weight(x, index, c);
        return (c == label ? (1 - op.smoothing()) * weight(x, index, label) : 0) + each;
    }

    private static void forward(CrossEntropy op, Array[] x, Array[] y) {
        int classes = x[0].shape().dim(1);
        for (int row = 0; row < y[0].size(); row++) {
            int from = row * classes;
            int label = (int) x[1].get(row);
            boolean valid = label >= 0 && label < classes;
            boolean ignored = op.ignores(label);
            boolean normalize = !op.logProbabilities() && !ignored;
            double max = normalize ? ReferenceSoftmax.max(x[0], from, classes) : 0;
            double logSum = normalize ? ReferenceSoftmax.logSumExp(x[0], from, classes, max) : 0;
            double loss = 0;
            for (int c = 0; valid && !ignored && c < classes; c++) {
                if (c == label || op.smoothing() > 0) {
                    loss += target(op, x, 2, classes, label, c) * (logSum - (x[0].get(from + c) - max));
                }
            }
            y[0].set(row, ignored ? 0 : valid ? loss : Double.NaN);
            y[1].set(row, ignored ? 0 : valid ? weight(x, 2, label) : Double.NaN);
            y[2].set(row, Double.isNaN(logSum) ? Double.NaN : max);
            y[3].set(row, Math.exp(logSum));
        }
    }

    private static void backward(CrossEntropy.Gradient op, Array[] x, Array[] y) {
        int classes = x[0].shape().dim(1);
        for (int row = 0; row < x[1].size(); row++) {
            int label = (int) x[1].get(row);
            boolean valid = label >= 0 && label < classes;
            boolean ignored = op.of().ignores(label);
            double all = 0;
            for (int c = 0; valid && c < classes; c++) {
                all += target(op.of(), x, 5, classes, label, c);
            }
            for (int c = 0; c < classes; c++) {
                int i = row * classes + c;
                double power = Math.exp(x[0].get(i) - x[2].get(row)) / x[3].get(row);
                double probability = op.of().logProbabilities() ? 0 : all * power;
                double slope = valid ? probability - target(op.of(), x, 5, classes, label, c) : Double.NaN;
                y[0].set(i, ignored ? 0 : slope * x[4].get(row));
            }
        }
    }
}
