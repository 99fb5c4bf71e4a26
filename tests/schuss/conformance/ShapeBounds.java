package schuss.conformance;

import static schuss.conformance.ErrorAnalysis.UNIT;

import java.util.Arrays;
import java.util.Set;
import schuss.ir.Step;
import schuss.ops.Concatenate;
import schuss.ops.Gather;
import schuss.ops.GroupRows;
import schuss.ops.Max;
import schuss.ops.Normal;
import schuss.ops.Op;
import schuss.ops.Pad;
import schuss.ops.ScatterAdd;
import schuss.ops.Slice;
import schuss.ops.Transpose;

/** Error bounds of ops that move elements, choose among them or draw them. */
final class ShapeBounds {
    private static final Set<Class<? extends Op>> EXACT = Set.of(
            Concatenate.class, Slice.class, Pad.class, Transpose.class, Max.class, Max.Gradient.class, Gather.class);

    private static final double TINY = 0x1p-140;

    private ShapeBounds() {}

    static boolean covers(Op op) {
        return EXACT.contains(op.getClass()) || op instanceof ScatterAdd || op instanceof Normal;
    }

    static double[] of(Step step, double[][] x, double[] y) {
        if (step.op() instanceof ScatterAdd op) {
            return scatterAdd(op, x, y);
        } else if (step.op() instanceof Normal) {
            return normal(y);
        }
        return new double[y.length];
    }

    /** A sum of the K rows with one index: c * eps * sqrt(K) * sum|terms|, with c as of every other sum. */
    private static double[] scatterAdd(ScatterAdd op, double[][] x, double[] y) {
        int size = y.length / op.rows();
        double[] sums = new double[y.length];
        int[] terms = new int[op.rows()];
        for (int i = 0; i < x[1].length; i++) {
            int row = (int) x[1][i];
            if (row >= 0 && row < op.rows()) {
                terms[row]++;
                for (int j = 0; j < size; j++) {
                    sums[row * size + j] += Math.abs(x[0][i * size + j]);
                }
            }
        }
        double[] bounds = new double[y.length];
        Arrays.setAll(bounds, i -> Bounds.SUM * UNIT * Math.sqrt(terms[i / size]) * sums[i] + TINY);
        return bounds;
    }

    /** Each sum as of {@link ScatterAdd}, where its first row stands. */
    static double[] groupRows(GroupRows op, double[][] x, double[] row) {
        int size = x[0].length / x[1].length;
        double[] sums = scatterAdd(new ScatterAdd(op.rows()), x, new double[op.rows() * size]);
        double[] bounds = new double[op.count() * size];
        Arrays.setAll(bounds, i -> row[i / size] < 0 ? 0 : sums[(int) row[i / size] * size + i % size]);
        return bounds;
    }

    /**
     * In half-ulps, relative: the logarithm promises 3 ulp, 6, of which the root keeps half; the root 1; the angle, an
     * exact rest of a turn times pi / 2, is 2 off, which grows to no more than that in sine and cosine below an eighth of
     * a turn; each series 3 for its last steps and 1 for the terms left out; two products and the rounded deviation 3.
     */
    private static double[] normal(double[] y) {
        return Arrays.stream(y).map(v -> 13 * UNIT * Math.abs(v) + TINY).toArray();
    }
}
