package schuss.backend;

import schuss.ops.Op;

/**
 * A kernel in plain Java: portable, safe and slow, as every run copies its inputs and outputs. What an op of one's own
 * begins with, and what its fast kernel is compared with on the reference device.
 *
 * <pre>{@code
 * device.register(RunningMaximum.class, (op, x, y) -> {
 *     for (int i = 0; i < y[0].length; i++) { // the whole batch, row-major: here (batch, 4)
 *         y[0][i] = i % 4 == 0 ? x[0][i] : Math.max(x[0][i], y[0][i - 1]);
 *     }
 * });
 * }</pre>
 */
@FunctionalInterface
public interface ArrayKernel<O extends Op> {
    /**
     * Computes the outputs.
     *
     * @param x the elements of each input, row-major
     * @param y the elements of each output, to be written
     */
    void run(O op, double[][] x, double[][] y);
}
