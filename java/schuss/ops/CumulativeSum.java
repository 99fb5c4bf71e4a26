package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * The running sum along one axis: y[k] = x[0] + ... + x[k]. Backwards, the sum runs from each position to the end: y[k]
 * = x[k] + ... + x[n-1]. The shape stays the same.
 *
 * <p>x is f32, bf16, i32 or i64. Single precision is summed in double and rounded once; integers wrap around. Gradient:
 * the running sum of dy in the other direction, since x[i] is part of every y[k] with k &ge; i.
 *
 * <pre>{@code
 * Value positions = Value.of(new CumulativeSum(1, false), mask); // (1, 1, 0, 1) becomes (1, 2, 2, 3)
 * }</pre>
 *
 * @param axis the axis to sum along, from 0
 * @param backwards whether sums start at the end of the axis
 */
public record CumulativeSum(int axis, boolean backwards) implements Op {
    @Override
    public String name() {
        return "CumulativeSum[" + axis + "]" + (backwards ? " backwards" : "");
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 1, "x", inputs.size() + " inputs");
        Type x = inputs.get(0);
        boolean whole = x.dtype() == DType.I32 || x.dtype() == DType.I64;
        expect(whole || expectReal(inputs, 0) != null, "numbers", x);
        expect(axis >= 0 && axis < x.shape().rank(), "an axis of " + x, axis);
        return inputs;
    }

    @Override
    public Call call(List<Type> inputs) {
        Shape x = inputs.get(0).shape();
        return Call.of(
                        "cumulative_sum",
                        "cumulative_sum",
                        x.sizeBefore(axis),
                        x.dim(axis),
                        x.sizeAfter(axis),
                        Call.flag(backwards))
                .overwriting(0);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(Value.of(new CumulativeSum(axis, !backwards), dy[0]));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
