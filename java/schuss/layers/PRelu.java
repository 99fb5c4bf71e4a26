package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * Parametric rectified linear units (He et al. 2015): y = x for x > 0, else a x, with one learned slope a for each channel,
 * the last axis. Weight decay leaves the slopes alone, as it would push them to ReLU.
 *
 * @param slope where the slopes begin; 0.25 unless given
 */
public record PRelu(double slope) implements Layer {
    public PRelu {
        if (!Double.isFinite(slope)) {
            throw new IllegalArgumentException("PRelu: expected a finite slope, got " + slope);
        }
    }

    public PRelu() {
        this(0.25);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Value slopes = scope.bias("slope", Shape.of(x.shape().dim(-1)), Initializer.constant(slope));
        return x.map(slopes, (e, a) -> Expression.where(e.greater(Expression.constant(0)), e, a.mul(e)));
    }
}
