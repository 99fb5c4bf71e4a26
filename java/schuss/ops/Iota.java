package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * A tensor whose elements are their own positions along one axis: y[i0, i1, ...] = i_axis. For a vector that is 0, 1,
 * 2, ... Masks and indices are made from it. It takes no inputs.
 *
 * @param shape the extents
 * @param axis the axis to count along, from 0
 * @param dtype the element type: f32, i32 or i64
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
