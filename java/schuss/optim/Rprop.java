package schuss.optim;

import java.util.List;
import schuss.ops.Expression;
import schuss.ops.Function1;

/**
 * Resilient backpropagation (Riedmiller and Braun 1993, without their step back): each parameter has a step size of its
 * own, which grows while its gradient keeps its sign and shrinks when that changes; the gradient's size does not matter.
 * For full batches: the sign of a small batch's gradient changes by chance.
 *
 * <pre>
 * s = g * previous g
 * size = min(max(size * (s &gt; 0 ? grow : s &lt; 0 ? shrink : 1), smallest), largest)     size starts at the rate
 * g = s &lt; 0 ? 0 : g
 * p = p - sign(g) * size
 * </pre>
 *
 * <p>As in PyTorch. A learning rate that changes later changes nothing.
 *
 * @param learningRate the first step size, at least 0; 0.01 unless given
 * @param shrink in (0, 1); 0.5 unless given
 * @param grow above 1; 1.2 unless given
 * @param smallest step size, above 0; 1e-6 unless given
 * @param largest step size; 50 unless given
 */
public record Rprop(double learningRate, double shrink, double grow, double smallest, double largest)
        implements Optimizer {
    public Rprop {
        Check.atLeastZero("Rprop", "learning rate", learningRate);
        Check.that("Rprop", "a shrinking factor in (0, 1)", shrink > 0 && shrink < 1, shrink);
        Check.that("Rprop", "a finite growing factor above 1", grow > 1 && grow < Double.POSITIVE_INFINITY, grow);
        Check.aboveZero("Rprop", "smallest step size", smallest);
        Check.that(
                "Rprop",
                "a finite largest step size of at least the smallest, " + smallest,
                largest >= smallest && largest < Double.POSITIVE_INFINITY,
                largest);
    }

    public Rprop(double learningRate) {
        this(learningRate, 0.5, 1.2, 1e-6, 50);
    }

    public Rprop() {
        this(0.01);
    }

    public Rprop withFactors(double shrinking, double growing) {
        return new Rprop(learningRate, shrinking, growing, smallest, largest);
    }

    public Rprop withSizes(double from, double to) {
        return new Rprop(learningRate, shrink, grow, from, to);
    }

    @Override
    public double weightDecay() {
        return 0;
    }

    @Override
    public List<String> state() {
        return List.of("gradient", "size");
    }

    @Override
    public Update update(Expression p, Expression g, Expression[] state, Expression[] c) {
        Expression zero = Expression.constant(0);
        Expression same = g.mul(state[0]);
        Expression turned = zero.greater(same);
        Expression factor = Expression.where(
                same.greater(zero),
                Expression.constant(grow),
                Expression.where(turned, Expression.constant(shrink), Expression.constant(1)));
        // 0 is the state before the first step: no step size is that small later
        Expression size = Expression.where(state[1].greater(zero), state[1], c[0])
                .mul(factor)
                .max(Expression.constant(smallest))
                .min(Expression.constant(largest));
        Expression kept = Expression.where(turned, zero, g);
        return new Update(p.sub(kept.apply(Function1.SIGN).mul(size)), kept, size);
    }

    @Override
    public void coefficients(long step, double rate, double momentum, double[] target, int at) {
        target[at] = rate;
    }
}
