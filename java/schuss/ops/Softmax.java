package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * The softmax over the last axis: y = exp(x) / sum(exp(x)). x is f32 or bf16 with at least one axis. Gradient: dx = y *
 * (dy - sum(dy * y)).
 */
public record Softmax() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        Type x = expectReal(inputs, 0);
        expect(x.shape().rank() > 0, "a last axis", x);
        return List.of(x);
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return Footprint.POINT;
    }

    @Override
    public Call call(List<Type> inputs) {
        Shape x = inputs.get(0).shape();
        return Call.of("softmax", "softmax_forward", x.size() / x.dim(-1), x.dim(-1))
                .overwriting(0);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        Value sum = dy[0].mul(y[0]).sum(-1);
        Value column = sum.reshape(x[0].shape().with(-1, 1));
        return List.of(y[0].mul(dy[0].sub(column)));
    }

    /** The gradient's formula with dx for dy: the Jacobian is symmetric. */
    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return gradient(x, y, dx);
    }
}
