package schuss.ops;

import java.util.Collections;
import java.util.List;
import schuss.Shape;

/**
 * Repeats elements along axes of extent 1, or axes that are missing in front, to a larger shape. It takes any element
 * type. Gradient: the sum over those axes.
 *
 * @param shape the extents of the result
 */
public record BroadcastTo(Shape shape) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        Type x = inputs.get(0);
        expect(
                x.shape().rank() <= shape.rank() && x.shape().broadcast(shape).equals(shape),
                "a shape that broadcasts to " + shape,
                x.shape());
        return List.of(new Type(x.dtype(), shape));
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        boolean real = x[0].dtype().isFloatingPoint();
        return Collections.singletonList(real ? dy[0].sumTo(x[0].shape()) : null);
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
