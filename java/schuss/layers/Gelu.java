package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Value;

/**
 * The Gaussian error linear unit, the activation of most transformers: {@code y = x * P(z <= x)} for a standard normal z,
 * that is {@code x / 2 * (1 + erf(x / sqrt(2)))}. Input and output have the same shape. The approximate form is {@code x
 * / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}.
 *
 * <p>Source: Hendrycks and Gimpel, Gaussian Error Linear Units (2016).
 *
 * @param approximate whether to use the approximation with tanh; false by default
 */
public record Gelu(boolean approximate) implements Layer {
    /** Creates the exact form, with erf. */
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
