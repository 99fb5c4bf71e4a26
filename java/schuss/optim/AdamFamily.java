package schuss.optim;

import java.util.List;
import schuss.ops.Expression;

/**
 * Optimisers with Adam's formula; they differ in how its coefficients follow the step, and one kernel runs them all:
 *
 * <pre>
 * m = c2 * m + c3 * g
 * v = c4 * v + c5 * g * g
 * p = p - (c0 * m + c7 * g) / (sqrt(c1 * v) + c6)
 * </pre>
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
        Expression m = c[2].mul(state[0]).add(c[3].mul(g));
        Expression v = c[4].mul(state[1]).add(c[5].mul(g.square()));
        return new Update(moved(p, g, m, v, c), m, v);
    }

    /** The parameter after a step along m, divided by the root of v. */
    static Expression moved(Expression p, Expression g, Expression m, Expression v, Expression[] c) {
        Expression along = c[0].mul(m).add(c[7].mul(g));
        return p.sub(along.div(c[1].mul(v).sqrt().add(c[6])));
    }

    /** 1 - beta^t with the beta that {@link #write} writes, a single: 0.999 as such is off by up to 3e-5 of 1 - 0.999. */
    static double missing(double beta, long step) {
        return 1 - Math.pow((float) beta, (double) step);
    }

    /**
     * Writes the eight coefficients.
     *
     * @param mean the factor of m in the step
     * @param correction of v
     * @param direct the factor of the gradient itself in the step
     */
    static void write(
            double mean,
            double correction,
            double beta1,
            double beta2,
            double epsilon,
            double direct,
            float[] target,
            int at) {
        target[at] = (float) mean;
        target[at + 1] = (float) correction;
        target[at + 2] = (float) beta1;
        target[at + 3] = 1 - (float) beta1; // both shares make 1: else a mean of equal numbers would drift
        target[at + 4] = (float) beta2;
        target[at + 5] = 1 - (float) beta2;
        target[at + 6] = (float) epsilon;
        target[at + 7] = (float) direct;
    }
}
