package schuss.backend;

import schuss.ops.Op;

/**
 * A kernel in plain Java: portable, safe and slow, since every run copies the inputs and outputs. Write one first for
 * an op of your own; on the reference device your fast kernel can then be compared with it.
 *
 * <pre>{@code
 * device.register(RunningMaximum.class, (op, x, y) -> {
 *     for (int i = 0; i < y[0].length; i++) { // the whole batch, row-major: here (batch, 4)
 *         y[0][i] = i % 4 == 0 ? x[0][i] : Math.max(x[0][i], y[0][i - 1]);
 *     }
 * });
 * }</pre>
 *
 * @param <O> the kind of op
 */
@FunctionalInterface
public interface ArrayKernel<O extends Op> {
    /**
     * Computes the outputs.
     *
     * @param op the op with its attributes
     * @param x the elements of each input, row-major
     * @param y the elements of each output, to be written
     */
    void run(O op, double[][] x, double[][] y);
}
