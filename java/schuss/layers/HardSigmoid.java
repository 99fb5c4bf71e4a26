package schuss.layers;

import schuss.ops.Expression;
import schuss.ops.Value;

/** y = x / 6 + 1/2, cut off at 0 and 1: a sigmoid of straight lines (as in PyTorch; others have the slope 0.2). */
public record HardSigmoid() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.map(e -> e.div(6).add(0.5).max(Expression.constant(0)).min(Expression.constant(1)));
    }
}
