package examples;

import java.util.Map;
import schuss.DType;
import schuss.Shape;
import schuss.layers.Dense;
import schuss.layers.Network;
import schuss.layers.Scope;
import schuss.ops.Value;

/**
 * Attention over sequences of different lengths: softmax(Q K' / sqrt(units)) V, in which positions from an example's length
 * on are not seen. Inputs are {@code x} (batch, time, in) and {@code length} i32 (batch), each at least 1; the output is
 * (batch, time, units). Source: Vaswani et al., Attention Is All You Need (2017).
 */
public record MaskedAttention(int units) implements Network {
    @Override
    public Map<String, Value> forward(Scope scope, Map<String, Value> inputs) {
        Value x = inputs.get("x");
        int batch = x.shape().dim(0);
        int time = x.shape().dim(1);
        Value query = scope.apply("query", new Dense(units), x);
        Value key = scope.apply("key", new Dense(units), x);
        Value value = scope.apply("value", new Dense(units), x);

        Value scores = query.matmul(key.transpose(0, 2, 1)).mul(1 / Math.sqrt(units)); // (batch, time, time)
        Value position = x.iota(Shape.of(1, 1, time), 2, DType.I32);
        Value isSeen = position.less(inputs.get("length").reshape(Shape.of(batch, 1, 1)));
        Value masked = Value.where(isSeen, scores, scores.constant(Shape.of(), Double.NEGATIVE_INFINITY));
        return Map.of(OUTPUT, masked.softmax().matmul(value));
    }
}
