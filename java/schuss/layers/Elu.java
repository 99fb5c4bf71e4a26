package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * Exponential linear units (Clevert et al. 2016): y = x for x > 0, else alpha * (exp(x) - 1).
 *
 * @param alpha the limit for very negative inputs is -alpha; at least 0, 1 unless given
 */
public record Elu(double alpha) implements Layer {
    public Elu {
        if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("Elu: expected a finite alpha of at least 0, got " + alpha);
        }
    }

    public Elu() {
        this(1);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> Expression.where(
                e.greater(Expression.constant(0)), e, e.apply(Function1.EXPM1).mul(alpha)));
    }
}
