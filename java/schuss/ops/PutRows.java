package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * Overwrites rows of a table: table[row[i]] = x[i]. Inputs: the table f32(rows, ...), the indices i32(n), and x f32
 * with at least n rows, of which the first n are used. Indices outside of 0 .. rows - 1 are skipped. If an index occurs
 * twice, both rows of x must hold the same numbers.
 */
public record PutRows() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        List<DType> types = inputs.stream().map(Type::dtype).toList();
        expect(types.equals(List.of(DType.F32, DType.I32, DType.F32)), "f32 table, i32 indices, f32 rows", inputs);
        expect(inputs.get(0).shape().rank() > 0, "a table", inputs.get(0));
        expect(inputs.get(2).shape().size() >= replaced(inputs), replaced(inputs) + " numbers", inputs.get(2));
        return List.of();
    }

    private static long size(List<Type> inputs) {
        return inputs.get(0).shape().size() / inputs.get(0).shape().dim(0);
    }

    private static long replaced(List<Type> inputs) {
        return inputs.get(1).shape().size() * size(inputs);
    }

    @Override
    public List<Integer> mutates() {
        return List.of(0);
    }

    /** Of the table, only the rows that are overwritten count. */
    @Override
    public long bytesMoved(List<Type> inputs) {
        return inputs.get(1).bytes() + 2 * replaced(inputs) * DType.F32.bytes();
    }

    @Override
    public Call call(List<Type> inputs) {
        return Call.of(
                "rows",
                "put_rows",
                inputs.get(0).shape().dim(0),
                size(inputs),
                inputs.get(1).shape().size());
    }
}
