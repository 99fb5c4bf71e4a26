package schuss.backend.reference;

import schuss.Shape;
import schuss.ops.LogSoftmax;
import schuss.ops.Reduce;
import schuss.ops.Softmax;
import schuss.ops.Type;

/** Sums along axes, and the softmaxes that divide by one. x are the inputs, y the outputs. */
final class ReferenceReductions {
    private ReferenceReductions() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Reduce.class, ReferenceReductions::reduce);
        backend.loop(Softmax.class, (op, x, y) -> softmax(x[0], y[0], false));
        backend.loop(LogSoftmax.class, (op, x, y) -> softmax(x[0], y[0], true));
    }

    private static void reduce(Reduce op, Array[] x, Array[] y) {
        Shape kept = x[0].shape(); // the output's shape with the summed axes as 1
        for (int axis : op.axes()) {
            kept = kept.with(axis, 1);
        }
        Array sums =
                new Array(y[0].elements(), y[0].offset(), new Type(y[0].type().dtype(), kept));
        ReferencePointwise.fill(y[0], 0);
        for (int i = 0; i < x[0].size(); i++) {
            sums.add(sums.broadcastIndex(i, x[0].shape()), x[0].get(i));
        }
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, y[0].get(i) * op.scale());
        }
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
