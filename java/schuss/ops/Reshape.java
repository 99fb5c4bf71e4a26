package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * Sees the same elements in another shape of the same size, in row-major order. It costs nothing: the result is a view
 * of the input's memory. It takes any element type.
 *
 * @param shape the extents of the result
 */
public record Reshape(Shape shape) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        Type x = inputs.get(0);
        expect(x.shape().size() == shape.size(), "as many elements as " + shape, x.shape());
        return List.of(new Type(x.dtype(), shape));
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(dy[0].reshape(x[0].shape()));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
