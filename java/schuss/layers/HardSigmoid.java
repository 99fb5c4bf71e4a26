package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * An approximation of the sigmoid by straight lines, which is cheaper to compute: {@code y = x / 6 + 1/2}, limited to the
 * range 0 to 1. The slope is that of PyTorch; some other libraries use 0.2. Input and output have the same shape.
 */
public record HardSigmoid() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> e.div(6).add(0.5).max(Expression.constant(0)).min(Expression.constant(1)));
    }
}
