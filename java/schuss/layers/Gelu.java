package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * Gaussian error linear units (Hendrycks and Gimpel 2016): y = x * P(z &le; x) for a standard normal z, which is x / 2 * (1 +
 * erf(x / sqrt(2))). The form with tanh is the paper's approximation, x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))).
 *
 * @param approximate whether to use the form with tanh; not unless said
 */
public record Gelu(boolean approximate) implements Layer {
    public Gelu() {
        this(false);
    }

    private static Expression erf(Expression x) {
        return x.mul(0.5).mul(x.mul(Math.sqrt(0.5)).apply(Function1.ERF).add(1));
    }

    private static Expression tanh(Expression x) {
        Expression inner = x.add(x.square().mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
        return x.mul(0.5).mul(inner.tanh().add(1));
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(approximate ? Gelu::tanh : Gelu::erf);
    }
}
