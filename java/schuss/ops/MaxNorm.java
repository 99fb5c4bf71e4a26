package schuss.ops;

import java.util.List;
import schuss.DType;

/**
 * Limits the norm of the incoming weights w of every unit: w becomes w * limit / |w| if |w| &gt; limit. Inputs: all
 * parameters f32 as one vector, and the guard's flag i32; nothing is written while the flag is raised.
 *
 * <p>Source: Srebro and Shraibman (2005).
 *
 * @param parts the weights it applies to
 */
public record MaxNorm(List<Part> parts) implements Op {
    /**
     * One weight, seen as a matrix (incoming, units): its last axis counts the units, all others the incoming
     * connections.
     *
     * @param from the index of its first element among all parameters
     * @param incoming the number of rows
     * @param units the number of columns
     * @param limit the largest allowed norm of a column, above 0
     */
    public record Part(long from, long incoming, long units, double limit) {}

    /**
     * Creates the record; the list is copied.
     *
     * @param parts the weights it applies to
     */
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
