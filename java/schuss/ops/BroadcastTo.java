package schuss.ops;

import java.util.List;
import schuss.Shape;

/** Repeats elements along axes of extent 1 (or missing in front) to a larger shape. Gradient: sum over those axes. */
public record BroadcastTo(Shape shape) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        Type x = inputs.get(0);
        expect(
                x.shape().rank() <= shape.rank() && x.shape().broadcast(shape).equals(shape),
                "a shape that broadcasts to " + shape,
                x.shape());
        return List.of(Type.f32(shape));
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(dy[0].sumTo(x[0].shape()));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
