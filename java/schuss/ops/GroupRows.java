package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Adds up the rows of x that have the same index, like {@link ScatterAdd}, but without the rows that no index names;
 * the gradient of a large table stays small that way. Inputs: x f32(n, size) and the indices i32(n). Outputs: y
 * f32(count, size) and row i32(count).
 *
 * <p>Where i is the first position of its index, y[i] = sum of x[j] over all j with index[j] = index[i], added in the
 * order of j, and row[i] = index[i]. Everywhere else, and for indices outside of 0 .. rows - 1, y[i] = 0 and row[i] =
 * -1.
 *
 * @param rows the number of rows of the table that the indices refer to
 * @param count the number of rows of the outputs, at least n
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
