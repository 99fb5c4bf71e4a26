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
 *     public void coefficients(long step, double rate, double decay, float[] c, int at) { c[at] = (float) rate; }
 * }
 * }</pre>
 */
public interface Optimizer {
    /** How many coefficients a formula may use. */
    int COEFFICIENTS = 8;

    /** The learning rate at the start. */
    double learningRate();

    /** The factor of weight decay, 0 for none. It applies to weights, not to biases. */
    double weightDecay();

    /** The names of the numbers kept for every parameter between steps; they start at 0. */
    List<String> state();

    /** The formula of one step. */
    Update update(Expression parameter, Expression gradient, Expression[] state, Expression[] coefficients);

    /**
     * Writes the coefficients of one step.
     *
     * @param step counts from 1
     * @param rate the learning rate of this step
     * @param decay the weight decay of this group of parameters
     * @param target where to write, from index {@code at} on
     */
    void coefficients(long step, double rate, double decay, float[] target, int at);

    /** New values of a parameter and of its state. */
    record Update(Expression parameter, List<Expression> state) {
        public Update(Expression parameter, Expression... state) {
            this(parameter, List.of(state));
        }
    }

    /** The formula with inputs numbered: parameter 0, gradient 1, then the state, then the coefficients. */
    default Update formula() {
        int states = state().size();
        Expression[] state = new Expression[states];
        java.util.Arrays.setAll(state, i -> Expression.input(2 + i));
        Expression[] coefficients = new Expression[COEFFICIENTS];
        java.util.Arrays.setAll(coefficients, i -> Expression.input(2 + states + i));
        return update(Expression.input(0), Expression.input(1), state, coefficients);
    }
}
