package schuss.layers;

import schuss.ops.Value;

/** y = exp(x) / sum(exp(x)) over the last axis. Losses on logits include it: train without this layer. */
public record Softmax() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        return x.softmax();
    }
}
