package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * How parameters are changed in a training step, given their gradients. An optimizer is a record of hyperparameters with
 * one formula, which runs over all parameters in a single pass. {@link Adam} is a good first choice.
 *
 * <p>To write your own, implement its formula. It is given the parameter, its gradient, the optimizer's state and up to
 * {@value #COEFFICIENTS} coefficients, which are the numbers that change from step to step, such as the learning rate:
 *
 * <pre>{@code
 * record SignDescent(double learningRate, double weightDecay) implements Optimizer {
 *     public List<String> state() { return List.of(); }
 *     public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
 *         return new Update(p.sub(c[0].mul(g.apply(Function1.SIGN))));
 *     }
 *     public void coefficients(long step, double rate, double momentum, double[] c, int at) { c[at] = rate; }
 * }
 * }</pre>
 *
 * <p>Weight decay, penalties and clipping are not part of the formula: the gradient it gets is already clipped and
 * contains the gradients of the penalties, see {@link OptimizerStep}.
 */
public interface Optimizer {
    /** The largest number of coefficients in a formula. */
    int COEFFICIENTS = 8;

    /** {@return the initial learning rate, which a schedule may multiply by a factor} */
    double learningRate();

    /** {@return the factor of weight decay, or 0 for none; it applies to weights but not to biases} */
    double weightDecay();

    /**
     * {@return whether weight decay acts directly on the parameter, {@code p = p - rate * decay * p} before the formula,
     * instead of being added to the gradient, {@code g = g + decay * p}}
     */
    default boolean decoupled() {
        return false;
    }

    /** {@return the initial momentum, which a schedule may replace, or NaN for an optimizer without momentum} */
    default double momentum() {
        return Double.NaN;
    }

    /** {@return the names of the numbers that are kept for every parameter between steps; they start at 0} */
    List<String> state();

    /**
     * Describes one step.
     *
     * @param parameter the parameter
     * @param gradient its gradient
     * @param state the numbers named by {@link #state}, in that order
     * @param coefficients the numbers written by {@link #coefficients}
     * @return the new parameter and the new state
     */
    Update update(Expression parameter, Expression gradient, Expression[] state, Expression[] coefficients);

    /**
     * {@return the native function that computes the same formula, or null if there is none and the formula itself is
     * run}
     */
    default String kernel() {
        return null;
    }

    /**
     * Writes the coefficients of one step. They must depend on the arguments only, so that training can be resumed at any
     * step.
     *
     * @param step the step, counted from 1
     * @param rate the learning rate of this step
     * @param momentum the momentum of this step: {@link #momentum} unless a schedule changes it
     * @param target where to write; a device that computes in single precision rounds the numbers
     * @param at the index of the first coefficient in {@code target}
     */
    void coefficients(long step, double rate, double momentum, double[] target, int at);

    /**
     * The result of a step.
     *
     * @param parameter the new parameter
     * @param state the new state, in the order of {@link Optimizer#state}
     */
    record Update(Expression parameter, List<Expression> state) {
        /**
         * Creates a result.
         *
         * @param parameter the new parameter
         * @param state the new state, in the order of {@link Optimizer#state}
         */
        public Update(Expression parameter, Expression... state) {
            this(parameter, List.of(state));
        }
    }
}
