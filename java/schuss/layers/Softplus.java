package schuss.layers;

import schuss.ops.Function1;
import schuss.ops.Value;

/** y = log(1 + exp(x)), a smooth ReLU. */
public record Softplus() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> e.apply(Function1.SOFTPLUS));
    }
}
