package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Positions along an axis: y[i0, i1, ...] = i_axis, the numbers 0, 1, 2, ... where the axis is the only one. What masks and
 * indices are made from.
 *
 * @param axis counted from 0
 * @param dtype of the numbers: f32, i32 or i64
 */
public record Iota(Shape shape, int axis, DType dtype) implements Op {
    @Override
    public String name() {
        return "Iota[" + axis + "]";
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.isEmpty(), "no inputs", inputs.size());
        expect(axis >= 0 && axis < shape.rank(), "an axis of " + shape, axis);
        expect(dtype == DType.F32 || dtype == DType.I32 || dtype == DType.I64, "f32, i32 or i64", dtype);
        return List.of(new Type(dtype, shape));
    }

    @Override
    public Call call(List<Type> inputs) {
        return Call.of("iota", "iota", shape.sizeBefore(axis), shape.dim(axis), shape.sizeAfter(axis));
    }
}
