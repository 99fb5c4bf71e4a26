package schuss.layers;

import schuss.ops.Function1;
import schuss.ops.Value;

/** A smooth form of ReLU: {@code y = log(1 + exp(x))}, always above 0. Input and output have the same shape. */
public record Softplus() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> e.apply(Function1.SOFTPLUS));
    }
}
