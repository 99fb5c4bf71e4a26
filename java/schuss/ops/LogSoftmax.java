package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * The logarithm of the softmax over the last axis: y = x - log(sum(exp(x))). x is f32 or bf16 with at least one axis.
 * Gradient: dx = dy - exp(y) * sum(dy).
 */
public record LogSoftmax() implements Op {
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
        return Call.of("softmax", "log_softmax_forward", x.size() / x.dim(-1), x.dim(-1))
                .overwriting(0);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        Value column = dy[0].sum(-1).reshape(x[0].shape().with(-1, 1));
        return List.of(dy[0].sub(y[0].exp().mul(column)));
    }

    /** The tangent is dx - sum(exp(y) * dx). */
    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        Value sum = y[0].exp().mul(dx[0]).sum(-1);
        return List.of(dx[0].sub(sum.reshape(x[0].shape().with(-1, 1))));
    }
}
