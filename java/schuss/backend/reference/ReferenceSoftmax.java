package schuss.backend.reference;

import schuss.ops.LogSoftmax;
import schuss.ops.Softmax;

/** Softmax and its logarithm, along rows. x are the inputs, y the outputs. */
final class ReferenceSoftmax {
    private ReferenceSoftmax() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Softmax.class, (op, x, y) -> softmax(x[0], y[0], false));
        backend.loop(LogSoftmax.class, (op, x, y) -> softmax(x[0], y[0], true));
    }

    private static void softmax(Array x, Array y, boolean log) {
        int columns = x.shape().dim(-1);
        for (int row = 0; row < x.size(); row += columns) {
            double max = max(x, row, columns);
            double logSum = logSumExp(x, row, columns, max);
            for (int j = row; j < row + columns; j++) {
                double logProbability = x.get(j) - max - logSum;
                y.set(j, log ? logProbability : Math.exp(logProbability));
            }
        }
    }

    static double max(Array x, int from, int columns) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = from; j < from + columns; j++) {
            max = Math.max(max, x.get(j));
        }
        return max;
    }

    /** log(sum(exp(x - max))) of one row. The maximum stays apart: beside a large one the logarithm would be lost. */
    static double logSumExp(Array x, int from, int columns, double max) {
        double sum = 0;
        for (int j = from; j < from + columns; j++) {
            sum += Math.exp(x.get(j) - max);
        }
        return Math.log(sum);
    }
}
