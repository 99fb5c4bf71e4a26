package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * Scaled exponential linear units (Klambauer et al. 2017): ELU whose two constants make mean 0 and variance 1 a fixed
 * point, with weights from LeCun's normal initialiser.
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
