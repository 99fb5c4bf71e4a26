package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * Leaky rectified linear units (Maas et al. 2013): y = x for x > 0, else slope * x.
 *
 * @param slope the slope for negative inputs, at least 0; 0.01 unless given
 */
public record LeakyRelu(double slope) implements Layer {
    public LeakyRelu {
        if (!(slope >= 0 && slope < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("LeakyRelu: expected a finite slope of at least 0, got " + slope);
        }
    }

    public LeakyRelu() {
        this(0.01);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> Expression.where(e.greater(Expression.constant(0)), e, e.mul(slope)));
    }
}
