package schuss.ops;

import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Looks up rows of a table by index, as an embedding does: y[i, ...] = table[index[i], ...]. Inputs: the table (rows,
 * ...) in f32 or bf16 and i32 or i64 indices of any shape. The output has the shape of the indices followed by that of
 * a row. An index outside of 0 .. rows - 1 gives NaN. Gradient: {@link ScatterAdd}.
 */
public record Gather() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 2, "a table and indices", inputs.size() + " inputs");
        Type table = inputs.get(0);
        Type indices = inputs.get(1);
        expect(expectReal(inputs, 0).shape().rank() > 0, "a table (rows, ...)", table);
        expectIndices(this, indices);
        Shape row = table.shape().tail();
        int[] extents =
                Arrays.copyOf(indices.shape().dimensions(), indices.shape().rank() + row.rank());
        System.arraycopy(row.dimensions(), 0, extents, indices.shape().rank(), row.rank());
        return List.of(new Type(table.dtype(), Shape.of(extents)));
    }

    static void expectIndices(Op op, Type indices) {
        op.expect(indices.dtype() == DType.I32 || indices.dtype() == DType.I64, "i32 or i64 indices", indices);
    }

    /** Only the rows that are looked up are read, not all of the table. */
    @Override
    public long bytesMoved(List<Type> inputs) {
        return inputs.get(1).bytes() + 2 * infer(inputs).get(0).bytes();
    }

    @Override
    public Call call(List<Type> inputs) {
        Shape table = inputs.get(0).shape();
        int rows = table.dim(0);
        return Call.of(
                "gather",
                "gather",
                rows,
                table.size() / rows,
                inputs.get(1).shape().size());
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return Arrays.asList(Value.of(new ScatterAdd(x[0].shape().dim(0)), dy[0], x[1]), null);
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0], x[1]));
    }
}
