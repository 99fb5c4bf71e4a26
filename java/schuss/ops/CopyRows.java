package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Copies the marked rows of one table to another: y[r] = x[r] where mark[r] is not 0. Inputs: x f32, which is read as a
 * table of y's shape (any elements beyond that are left out), y f32(rows, ...), which is overwritten, and the marks
 * f32(rows).
 */
public record CopyRows() implements Op {
    private static final int SHARE = 16; // of the rows are marked, more or less

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 3 && inputs.stream().allMatch(t -> t.dtype() == DType.F32), "3 of f32", inputs);
        Shape y = inputs.get(1).shape();
        expect(y.rank() > 0 && inputs.get(0).shape().size() >= y.size(), "tables of one size", inputs);
        expect(inputs.get(2).shape().equals(Shape.of(y.dim(0))), "a mark for each row", inputs);
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(1);
    }

    @Override
    public long bytesMoved(List<Type> inputs) {
        return inputs.get(2).bytes() + 2 * inputs.get(1).bytes() / SHARE;
    }

    @Override
    public Call call(List<Type> inputs) {
        long rows = inputs.get(1).shape().dim(0);
        return Call.of("rows", "copy_rows", rows, inputs.get(1).shape().size() / rows);
    }
}
