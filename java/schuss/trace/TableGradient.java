package schuss.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import schuss.Shape;
import schuss.ir.Layout;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Gather;
import schuss.ops.Value;

/**
 * The gradient of a loss with respect to a table, as rows: the indices that were looked up, and the gradient with
 * respect to each looked-up row. A row that was looked up twice occurs twice.
 *
 * @param path of the table
 * @param shape of the table
 * @param marks the layout with a number for each row of each table
 * @param indices i32(n)
 * @param gradients f32(n, size)
 */
record TableGradient(String path, Shape shape, Layout marks, Value indices, Value gradients) {
    /** The steps so far that look up rows of a table. */
    static List<Step> lookups(ProgramBuilder builder, Value table) {
        return builder.steps(Section.BODY).stream()
                .filter(step ->
                        step.op() instanceof Gather && step.inputs().get(0).equals(table))
                .toList();
    }

    /**
     * Collects the gradients of some lookups.
     *
     * @param known gradients of the looked-up rows
     * @return empty if the loss does not depend on any of them
     */
    static Optional<TableGradient> of(
            String path, Shape shape, Layout marks, List<Step> lookups, Map<Value, Value> known) {
        int size = (int) (shape.size() / shape.dim(0));
        List<Value> indices = new ArrayList<>();
        List<Value> gradients = new ArrayList<>();
        for (Step lookup : lookups) {
            Value gradient = known.get(lookup.outputs().get(0));
            if (gradient != null) {
                Value of = lookup.inputs().get(1);
                int count = Math.toIntExact(of.shape().size());
                indices.add(of.reshape(Shape.of(count)));
                gradients.add(gradient.reshape(Shape.of(count, size)));
            }
        }
        return indices.isEmpty()
                ? Optional.empty()
                : Optional.of(new TableGradient(path, shape, marks, together(indices), together(gradients)));
    }

    private static Value together(List<Value> parts) {
        return parts.size() == 1 ? parts.get(0) : Value.concat(0, parts.toArray(Value[]::new));
    }
}
