package schuss.ops;

import java.util.Arrays;
import java.util.List;
import schuss.Shape;

/**
 * Adds up rows by index: y[r, ...] = sum of x[i, ...] over all i with index[i] = r. Inputs: x in f32 or bf16, whose
 * leading axes are those of the indices, and i32 or i64 indices. The output is (rows, ...).
 *
 * <p>The rows with one index are added in the order of i, whatever the number of threads, so results are reproducible.
 * Rows with an index outside of 0 .. rows - 1 are left out. Gradient: {@link Gather}, which gives NaN for such rows.
 *
 * @param rows the number of rows of the result
 */
public record ScatterAdd(int rows) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(rows > 0, "at least 1 row", rows);
        expect(inputs.size() == 2, "rows and indices", inputs.size() + " inputs");
        Type x = expectReal(inputs, 0);
        Type indices = inputs.get(1);
        Gather.expectIndices(this, indices);
        int[] leading = indices.shape().dimensions();
        int[] extents = x.shape().dimensions();
        boolean fits =
                extents.length >= leading.length && Arrays.equals(leading, Arrays.copyOf(extents, leading.length));
        expect(fits, "rows of the indices' shape " + indices.shape() + " and more axes", x);
        Shape row = Shape.of(Arrays.copyOfRange(extents, leading.length, extents.length));
        return List.of(new Type(x.dtype(), row.prepend(rows)));
    }

    @Override
    public Call call(List<Type> inputs) {
        long count = inputs.get(1).shape().size();
        return Call.of("gather", "scatter_add", rows, inputs.get(0).shape().size() / count, count);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return Arrays.asList(dy[0].gather(x[1]), null);
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0], x[1]));
    }
}
