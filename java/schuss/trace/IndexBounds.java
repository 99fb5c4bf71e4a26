package schuss.trace;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import schuss.Shape;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Gather;
import schuss.ops.Reshape;
import schuss.ops.Value;

/**
 * Finds the inputs of a program that are row indices into a table, such as words, and checks that indices lie inside of
 * the table. An index outside would give NaN.
 */
public final class IndexBounds {
    private final Map<String, Integer> rows = new HashMap<>(); // of the smallest table, by input

    /**
     * Finds the inputs that are used as indices, directly or after a reshape.
     *
     * @param program the program to search
     */
    public IndexBounds(Program program) {
        Map<Value, String> inputs = new HashMap<>();
        program.inputs().forEach((name, value) -> inputs.put(value, name));
        for (Step step : program.steps()) {
            if (step.op() instanceof Reshape && inputs.containsKey(step.inputs().get(0))) {
                inputs.put(step.outputs().get(0), inputs.get(step.inputs().get(0)));
            } else if (step.op() instanceof Gather
                    && inputs.containsKey(step.inputs().get(1))) {
                rows.merge(
                        inputs.get(step.inputs().get(1)),
                        step.inputs().get(0).shape().dim(0),
                        Math::min);
            }
        }
    }

    /**
     * Checks the indices of an input; inputs that are not indices always pass.
     *
     * @param input the name of the input
     * @param shape of the input, whose first axis counts examples
     * @param elements of type I32, from the buffer's position on
     * @param first the number of the first example, for the message
     * @throws IllegalArgumentException naming input, example and index, if one lies outside
     */
    public void expectInside(String input, Shape shape, ByteBuffer elements, int first) {
        int each = shape.isScalar() ? 1 : Math.toIntExact(shape.size() / shape.dim(0));
        String outside = outside(input, elements, each, first);
        if (outside != null) {
            throw new IllegalArgumentException("input \"" + input + "\": " + outside);
        }
    }

    /**
     * Describes the first index that lies outside of the table.
     *
     * @param input the name of the input
     * @param elements of type I32, from the buffer's position on
     * @param each the number of indices per example
     * @param first the number of the first example
     * @return null if all lie inside, or the input is not used as an index
     */
    public String outside(String input, ByteBuffer elements, int each, int first) {
        Integer most = rows.get(input);
        if (most == null) {
            return null;
        }
        for (int at = elements.position(), i = 0; at < elements.limit(); at += Integer.BYTES, i++) {
            int index = elements.getInt(at);
            if (index < 0 || index >= most) {
                return "index " + index + " of example " + (first + i / each) + ", expected 0 to " + (most - 1);
            }
        }
        return null;
    }
}
