package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * The parametric rectified linear unit, an activation with a learned slope for negative inputs: {@code y = x} for {@code
 * x > 0}, else {@code y = a x}, with one a for each channel (the last axis). Weight decay is not applied to the slopes,
 * because it would turn the activation into ReLU. Input and output have the same shape.
 *
 * <p>Source: He et al., Delving Deep into Rectifiers (2015).
 *
 * @param slope the initial slope, finite; 0.25 by default
 */
public record PRelu(double slope) implements Layer {
    /**
     * Creates the activation with a given initial slope.
     *
     * @param slope the initial slope, finite
     * @throws IllegalArgumentException if the slope is not finite
     */
    public PRelu {
        if (!Double.isFinite(slope)) {
            throw new IllegalArgumentException("PRelu: expected a finite slope, got " + slope);
        }
    }

    /** Creates the activation with initial slope 0.25. */
    public PRelu() {
        this(0.25);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Value slopes = scope.bias("slope", Shape.of(x.shape().dim(-1)), Initializer.constant(slope));
        return x.map(slopes, (e, a) -> Expression.where(e.greater(Expression.constant(0)), e, a.mul(e)));
    }
}
