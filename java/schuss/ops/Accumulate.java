package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * Adds the sum of all elements of x to one element of the totals, in double precision. Losses and metrics are gathered
 * this way over many steps without being read back. Inputs: x f32, the totals f64(n), and the guard's flag i32; nothing
 * is added while the flag is raised.
 *
 * @param index which element of the totals, from 0
 */
public record Accumulate(int index) implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        List<DType> types = inputs.stream().map(Type::dtype).toList();
        expect(types.equals(List.of(DType.F32, DType.F64, DType.I32)), "f32 x, f64 totals, i32 flag", inputs);
        expect(index >= 0 && index < inputs.get(1).shape().size(), "an index of " + inputs.get(1), index);
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(1);
    }

    @Override
    public Call call(List<Type> inputs) {
        return Call.of("accuracy", "accumulate", index, inputs.get(0).shape().size());
    }
}
