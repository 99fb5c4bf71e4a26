package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * The rows of x with one index added up: what {@link ScatterAdd} does without the rows that no index names. Where i is the
 * first with its index, y[i] = sum of x[j] over all j with index[j] = index[i], in the order of j, and row[i] = index[i];
 * elsewhere y[i] = 0 and row[i] = -1, as for an index outside 0 .. rows-1. Inputs: x f32(n, size) and its indices i32(n).
 * Outputs: y f32(count, size), row i32(count).
 *
 * @param rows of the table that the indices are of
 * @param count of the results: n or more
 */
public record GroupRows(int rows, int count) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        List<DType> types = inputs.stream().map(Type::dtype).toList();
        expect(types.equals(List.of(DType.F32, DType.I32)), "f32 rows, i32 indices", inputs);
        Shape x = inputs.get(0).shape();
        Shape indices = inputs.get(1).shape();
        expect(x.rank() == 2 && indices.equals(Shape.of(x.dim(0))), "rows (n, size) and n indices", inputs);
        expect(rows > 0, "at least 1 row", rows);
        expect(count >= x.dim(0), "a count of at least " + x.dim(0), count);
        return List.of(Type.f32(Shape.of(count, x.dim(1))), new Type(DType.I32, Shape.of(count)));
    }
}
