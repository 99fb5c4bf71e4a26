package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * The optimizers with Adam's formula. They differ only in how the coefficients c0 to c7 depend on the step, so one kernel
 * runs them all:
 *
 * <pre>
 * m = c2 * m + (c3 * m + (1 - c2 - c3) * g)
 * v = c4 * v + (c5 * v + (1 - c4 - c5) * g * g)
 * p = p - (c0 * m + c7 * g) / (sqrt(c1 * v) + c6)
 * </pre>
 *
 * <p>Each beta is the sum of two coefficients, because in single precision 0.999 would have a relative error of 1e-5 in
 * {@code 1 - beta}.
 */
public sealed interface AdamFamily extends Optimizer permits Adam, AdamW, NAdam, RAdam {
    @Override
    default List<String> state() {
        return List.of("m", "v");
    }

    @Override
    default String kernel() {
        return state().size() == 2 ? "adam_update" : null;
    }

    @Override
    default Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression m = mean(state[0], g, c[2], c[3]);
        Expression v = mean(state[1], g.square(), c[4], c[5]);
        return new Update(moved(p, g, m, v, c), m, v);
    }

    /**
     * A running mean that keeps the share high + low of x. Both shares add up to exactly 1, so that a mean of equal
     * numbers stays the same.
     */
    private static Expression mean(Expression x, Expression next, Expression high, Expression low) {
        Expression rest = Expression.constant(1).sub(high).sub(low);
        return high.mul(x).add(low.mul(x).add(rest.mul(next)));
    }

    /**
     * {@return the parameter after a step along m divided by the root of v}
     *
     * @param p the parameter
     * @param g its gradient
     * @param m the mean gradient
     * @param v the mean squared gradient
     * @param c the coefficients c0 to c7
     */
    static Expression moved(Expression p, Expression g, Expression m, Expression v, Expression[] c) {
        Expression along = c[0].mul(m).add(c[7].mul(g));
        return p.sub(along.div(c[1].mul(v).sqrt().add(c[6])));
    }

    /**
     * {@return {@code 1 - beta^t}, what a running mean that starts at 0 has taken in after t steps}
     *
     * @param beta the decay of the mean
     * @param step the step t, counted from 1
     */
    static double missing(double beta, long step) {
        return -Math.expm1(step * Math.log(beta));
    }

    /**
     * Writes the eight coefficients.
     *
     * @param mean the factor of m in the step
     * @param correction the factor of v under the root
     * @param beta1 the decay of m
     * @param beta2 the decay of v
     * @param epsilon what is added to the root
     * @param direct the factor of the gradient itself in the step
     * @param target where to write
     * @param at the index of the first coefficient in {@code target}
     */
    static void write(
            double mean,
            double correction,
            double beta1,
            double beta2,
            double epsilon,
            double direct,
            double[] target,
            int at) {
        target[at] = mean;
        target[at + 1] = correction;
        target[at + 2] = (float) beta1;
        target[at + 3] = beta1 - (float) beta1;
        target[at + 4] = (float) beta2;
        target[at + 5] = beta2 - (float) beta2;
        target[at + 6] = epsilon;
        target[at + 7] = direct;
    }
}
