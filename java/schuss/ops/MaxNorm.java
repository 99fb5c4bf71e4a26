package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * Rescales the incoming weights w of every unit to w * limit / |w| where |w| > limit (Srebro and Shraibman 2005). Inputs:
 * all parameters in one piece, and the guard's flag, which stops it.
 *
 * @param parts the weights it applies to
 */
public record MaxNorm(List<Part> parts) implements Op {
    /**
     * One weight as (incoming, units): all axes but the last, and the last.
     *
     * @param from its first element
     * @param limit the largest norm of a column
     */
    public record Part(long from, long incoming, long units, double limit) {}

    public MaxNorm {
        parts = List.copyOf(parts);
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        boolean typed = inputs.size() == 2
                && inputs.get(0).dtype() == DType.F32
                && inputs.get(1).dtype() == DType.I32;
        expect(typed, "f32 parameters, i32 flag", inputs);
        long size = inputs.get(0).shape().size();
        for (Part part : parts) {
            expect(part.from + part.incoming * part.units <= size, "parts of " + inputs.get(0), part);
            expect(part.limit > 0, "a limit above 0", part);
        }
        return List.of();
    }

    @Override
    public List<Integer> mutates() {
        return List.of(0);
    }
}
