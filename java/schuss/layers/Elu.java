package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * The exponential linear unit, an activation: {@code y = x} for {@code x > 0}, else {@code y = alpha * (exp(x) - 1)}.
 * Unlike ReLU it has negative outputs and a gradient there. Input and output have the same shape.
 *
 * <p>Source: Clevert, Unterthiner and Hochreiter, ELU (2016).
 *
 * @param alpha very negative inputs give -alpha; finite, at least 0, 1 by default
 */
public record Elu(double alpha) implements Layer {
    /**
     * Creates the activation with a given alpha.
     *
     * @param alpha very negative inputs give -alpha
     * @throws IllegalArgumentException if alpha is negative or not finite
     */
    public Elu {
        if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Elu: expected a finite alpha of at least 0, got " + alpha);
        }
    }

    /** Creates the activation with alpha 1. */
    public Elu() {
        this(1);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> Expression.where(
                e.greater(Expression.constant(0)), e, e.apply(Function1.EXPM1).mul(alpha)));
    }
}
