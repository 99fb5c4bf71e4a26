package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * Raises a flag if any number is not finite, as {@link Guard} does for loss and gradients. It checks values that are
 * about to replace a model's state, and the results of updates. Inputs: the flag i32, then at least one f32 value.
 */
public record ExpectFinite() implements Op {
    @Override
    public List<Type> infer(List<Type> inputs) {
        boolean typed = inputs.size() > 1
                && inputs.get(0).dtype() == DType.I32
                && inputs.stream().skip(1).allMatch(type -> type.dtype() == DType.F32);
        expect(typed, "i32 flag, f32 values", inputs);
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(0);
    }
}
