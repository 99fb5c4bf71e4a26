package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * How parameters follow their gradients: a record of hyperparameters and one formula, run in one pass over all
 * parameters.
 *
 * <p>To add one, write its formula. The formula sees the parameter, its gradient, the optimiser's own state and up to
 * {@value #COEFFICIENTS} coefficients, the numbers that change between steps (the learning rate, Adam's corrections):
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
 * <p>Weight decay, penalties and clipping are no part of a formula: the gradient it sees has been clipped and has the
 * slopes of the penalties added, see {@link OptimizerStep}.
 */
public interface Optimizer {
    /** How many coefficients a formula may use. */
    int COEFFICIENTS = 8;

    /** The learning rate at the start. */
    double learningRate();

    /** The factor of weight decay, 0 for none. It applies to weights, not to biases. */
    double weightDecay();

    /**
     * Whether weight decay acts on the parameter itself, p = p - rate * decay * p before the formula, instead of passing
     * through it as the slope of a penalty, g = g + decay * p.
     */
    default boolean decoupled() {
        return false;
    }

    /** The momentum at the start, which a schedule may replace; NaN for an optimiser without. */
    default double momentum() {
        return Double.NaN;
    }

    /** The names of the numbers kept for every parameter between steps; they start at 0. */
    List<String> state();

    /** The formula of one step. */
    Update update(Expression parameter, Expression gradient, Expression[] state, Expression[] coefficients);

    /** The function of {@code optimizers.cpp} and {@code optimizers.cu} with the same formula; null where there is none. */
    default String kernel() {
        return null;
    }

    /**
     * Writes the coefficients of one step. They depend on nothing else, so that training may go on from any step.
     *
     * @param step counts from 1
     * @param rate the learning rate of this step
     * @param momentum of this step: {@link #momentum} unless a schedule says otherwise
     * @param target where to write, from index {@code at} on; a device that computes in singles rounds them
     */
    void coefficients(long step, double rate, double momentum, double[] target, int at);

    /** New values of a parameter and of its state. */
    record Update(Expression parameter, List<Expression> state) {
        public Update(Expression parameter, Expression... state) {
            this(parameter, List.of(state));
        }
    }
}
