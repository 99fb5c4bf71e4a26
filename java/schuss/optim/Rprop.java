package schuss.optim;

import java.util.List;
import schuss.ops.Expression;
import schuss.ops.Function1;

/**
 * Resilient backpropagation, which uses only the sign of the gradient: each parameter has its own step size, which grows
 * while the sign of its gradient stays and shrinks when it changes. It is for full batches, because the sign of a small
 * batch's gradient changes by chance. For each parameter p with gradient g:
 *
 * <pre>
 * s = g * previous g
 * size = min(max(size * (s &gt; 0 ? grow : s &lt; 0 ? shrink : 1), smallest), largest)     size starts at the learning rate
 * g = s &lt; 0 ? 0 : g
 * p = p - sign(g) * size
 * </pre>
 *
 * <p>As in PyTorch. The learning rate is the first step size; changing it later has no effect, and there is no weight
 * decay.
 *
 * <p>Source: Riedmiller and Braun, RPROP (1993), without the step back.
 *
 * @param learningRate the first step size, at least 0; 0.01 by default
 * @param shrink the factor when the sign changes, in (0, 1); 0.5 by default
 * @param grow the factor while the sign stays, above 1; 1.2 by default
 * @param smallest the smallest step size, above 0; 1e-6 by default
 * @param largest the largest step size, at least the smallest; 50 by default
 */
public record Rprop(double learningRate, double shrink, double grow, double smallest, double largest)
        implements Optimizer {
    /**
     * Creates the optimizer with all settings.
     *
     * @param learningRate the first step size, at least 0
     * @param shrink the factor when the sign changes, in (0, 1)
     * @param grow the factor while the sign stays, above 1
     * @param smallest the smallest step size, above 0
     * @param largest the largest step size, at least the smallest
     * @throws IllegalArgumentException if a number is out of its range
     */
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

    /**
     * Creates the optimizer with a given first step size.
     *
     * @param learningRate the first step size, at least 0
     */
    public Rprop(double learningRate) {
        this(learningRate, 0.5, 1.2, 1e-6, 50);
    }

    /** Creates the optimizer with a first step size of 0.01. */
    public Rprop() {
        this(0.01);
    }

    /**
     * {@return a copy with other factors of the step sizes}
     *
     * @param shrinking the factor when the sign changes, in (0, 1)
     * @param growing the factor while the sign stays, above 1
     */
    public Rprop withFactors(double shrinking, double growing) {
        return new Rprop(learningRate, shrinking, growing, smallest, largest);
    }

    /**
     * {@return a copy with other limits of the step sizes}
     *
     * @param from the smallest step size, above 0
     * @param to the largest step size, at least the smallest
     */
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
