package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * Adds the sums over the rows of x (..., columns) to consecutive elements of the totals, in double precision. Losses and
 * metrics are gathered this way over many steps without being read back. With one column, all elements of x are added to one
 * total. Inputs: x f32, the totals f64(n), and the guard's flag i32; nothing is added while the flag is raised.
 *
 * @param index the element of the totals of the first column, from 0
 * @param columns the number of columns, at least 1
 */
public record Accumulate(int index, int columns) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        List<DType> types = inputs.stream().map(Type::dtype).toList();
        expect(types.equals(List.of(DType.F32, DType.F64, DType.I32)), "f32 x, f64 totals, i32 flag", inputs);
        boolean rows = columns == 1
                || (columns > 1
                        && inputs.get(0).shape().rank() > 0
                        && inputs.get(0).shape().dim(-1) == columns);
        expect(rows, "rows of " + columns + " columns", inputs.get(0));
        long totals = inputs.get(1).shape().size();
        expect(
                index >= 0 && index + (long) columns <= totals,
                columns + " places of " + inputs.get(1) + " from an index on",
                index);
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(1);
    }

    @Override
    public Call call(List<Type> inputs) {
        return Call.of("accuracy", "accumulate", index, inputs.get(0).shape().size() / columns, columns);
    }
}
