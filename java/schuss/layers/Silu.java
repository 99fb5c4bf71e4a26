package schuss.layers;

import schuss.ops.Value;

/**
 * The sigmoid linear unit, also called swish, a smooth alternative to ReLU: {@code y = x * sigmoid(x)}. Input and output
 * have the same shape.
 *
 * <p>Source: Elfwing, Uchibe and Doya, Sigmoid-weighted Linear Units (2018).
 */
public record Silu() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> e.mul(e.sigmoid()));
    }
}
