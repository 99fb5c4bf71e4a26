package schuss.layers;

import schuss.Shape;
import schuss.ops.MaxPool;
import schuss.ops.PoolWindow;
import schuss.ops.Value;

/**
 * The largest value of each channel over all positions. It maps (batch, height, width, channels) or (batch, time,
 * features) to (batch, channels). The gradient goes to the largest element, to the first one where several are equal.
 */
public record GlobalMaxPool() implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() < 3) {
            throw new IllegalArgumentException("expected input (batch, ..., channels), got " + x.shape());
        }
        int batch = x.shape().dim(0);
        int channels = x.shape().dim(-1);
        int positions = Math.toIntExact(x.shape().size() / batch / channels);
        Value line = x.reshape(Shape.of(batch, 1, positions, channels));
        return Value.outputs(new MaxPool(PoolWindow.of(1, positions)), line)
                .get(0)
                .reshape(Shape.of(batch, channels));
    }
}
