package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * {@link ExpectFinite} for the marked rows of a table: raises the flag if one of their numbers is not finite. Inputs:
 * the table f32(rows, ...), the marks f32(rows), of which those other than 0 count, and the flag i32.
 */
public record ExpectFiniteRows() implements Op {
    private static final int SHARE = 16; // of the rows are marked, more or less

    @Override
    public List<Type> infer(List<Type> inputs) {
        List<DType> types = inputs.stream().map(Type::dtype).toList();
        expect(types.equals(List.of(DType.F32, DType.F32, DType.I32)), "f32 table and marks, i32 flag", inputs);
        Shape table = inputs.get(0).shape();
        expect(table.rank() > 0 && inputs.get(1).shape().equals(Shape.of(table.dim(0))), "a mark for each row", inputs);
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(2);
    }

    @Override
    public long bytesMoved(List<Type> inputs) {
        return inputs.get(1).bytes() + inputs.get(0).bytes() / SHARE;
    }

    @Override
    public Call call(List<Type> inputs) {
        long rows = inputs.get(0).shape().dim(0);
        return Call.of("rows", "expect_finite_rows", rows, inputs.get(0).shape().size() / rows);
    }
}
