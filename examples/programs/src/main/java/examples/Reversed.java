package examples;

import java.util.List;
import schuss.Device;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

// snippet: op
/** An op of one's own: the numbers of every row of (batch, length), the last one first. */
public record Reversed(int length) implements Op {
    /** The types of what comes out. */
    @Override
    public List<Type> infer(List<Type> inputs) {
        Type x = expectReal(inputs, 0);
        expect(x.shape().rank() == 2 && x.shape().dim(1) == length, "rows of " + length, x);
        return List.of(x);
    }

    /** The gradient of the loss in x, of the one in y: its rows reversed too. */
    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(Value.of(this, dy[0]));
    }

    /** How the outputs change as the inputs do. */
    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }

    /** Says how a device computes it. */
    static void register(Device device) {
        device.register(Reversed.class, (op, x, y) -> {
            for (int i = 0; i < y[0].length; i++) { // the whole batch, row by row
                int row = i / op.length;
                y[0][i] = x[0][row * op.length + op.length - 1 - i % op.length];
            }
        });
    }
}
// end
