package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The leaky rectified linear unit, an activation: {@code y = x} for {@code x > 0}, else {@code y = slope * x}. Negative
 * inputs keep a small gradient, so that units cannot stop learning. Input and output have the same shape.
 *
 * <p>Source: Maas, Hannun and Ng, Rectifier Nonlinearities (2013).
 *
 * @param slope the slope for negative inputs, finite and at least 0; 0.01 by default
 */
public record LeakyRelu(double slope) implements Layer {
    /**
     * Creates the activation with a given slope.
     *
     * @param slope the slope for negative inputs, finite and at least 0
     * @throws IllegalArgumentException if the slope is negative or not finite
     */
    public LeakyRelu {
        if (!(slope >= 0 && slope < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("LeakyRelu: expected a finite slope of at least 0, got " + slope);
        }
    }

    /** Creates the activation with slope 0.01. */
    public LeakyRelu() {
        this(0.01);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> Expression.where(e.greater(Expression.constant(0)), e, e.mul(slope)));
    }
}
