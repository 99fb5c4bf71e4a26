package schuss.layers;

import schuss.ops.Value;

/** y = x - log(sum(exp(x))) over the last axis. */
public record LogSoftmax() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.logSoftmax();
    }
}
