package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * Moves a variable towards a value: s = s + weight * (x - s), as for a running mean. Weight 1 assigns x. Inputs: x f32,
 * the variable s of the same type, and the guard's flag i32; nothing is written while the flag is raised.
 *
 * @param weight of the new value, in (0, 1]
 */
public record Blend(double weight) implements Op {
    /**
     * Creates the record; the weight is checked.
     *
     * @param weight of the new value, in (0, 1]
     * @throws IllegalArgumentException if it is not in (0, 1]
     */
    public Blend {
        if (!(weight > 0 && weight <= 1)) {
            throw new IllegalArgumentException("Blend: expected a weight in (0, 1], got " + weight);
        }
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        boolean typed = inputs.size() == 3
                && inputs.get(0).dtype() == DType.F32
                && inputs.get(2).dtype() == DType.I32;
        expect(typed, "f32 x, variable, i32 flag", inputs);
        expect(inputs.get(0).equals(inputs.get(1)), "x of the variable's type " + inputs.get(1), inputs.get(0));
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(1);
    }
}
