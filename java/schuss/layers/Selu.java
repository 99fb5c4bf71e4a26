package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * The scaled exponential linear unit, an activation that keeps activations near mean 0 and variance 1 through many
 * layers: {@code y = 1.0507 * x} for {@code x > 0}, else {@code y = 1.0507 * 1.6733 * (exp(x) - 1)}. Use it with {@link
 * schuss.initializers.Initializer#lecunNormal()}. Input and output have the same shape.
 *
 * <p>Source: Klambauer et al., Self-Normalizing Neural Networks (2017).
 */
public record Selu() implements Layer {
    private static final double ALPHA = 1.6732632423543772848170429916717;
    private static final double SCALE = 1.0507009873554804934193349852946;

    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> Expression.where(
                        e.greater(Expression.constant(0)),
                        e,
                        e.apply(Function1.EXPM1).mul(ALPHA))
                .mul(SCALE));
    }
}
