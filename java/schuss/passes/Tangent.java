package schuss.passes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import schuss.ir.ProgramBuilder;
import schuss.ir.Scan;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Value;

/**
 * Forward-mode differentiation. It goes through the steps of a program's body in order and lets each op write how its
 * outputs change when its inputs change in a given direction. Tangents are ordinary values: the tangent of a gradient
 * is the product of the Hessian with the direction.
 *
 * <pre>{@code
 * Value dw = builder.input("direction", w.type());
 * Value slope = Tangent.of(builder, Map.of(w, dw)).get(loss);
 * }</pre>
 *
 * <p>Both methods throw {@link IllegalStateException}, naming the op, if one on the way has no tangent.
 */
public final class Tangent {
    private final ProgramBuilder builder;
    private final Map<Value, Value> tangents;

    private Tangent(ProgramBuilder builder, Map<Value, Value> tangents) {
        this.builder = builder;
        this.tangents = new HashMap<>();
        tangents.forEach((value, tangent) -> this.tangents.put(builder.own(value), builder.own(tangent)));
    }

    /**
     * The tangents of everything that depends on some values.
     *
     * @param builder holds the program; tangent steps are appended to its body
     * @param tangents by value, of the value's shape: the direction in which it changes
     * @return the tangent by value: those given, and those of the body's steps; values that do not change are missing
     * @throws IllegalArgumentException if a tangent has another shape than its value
     */
    public static Map<Value, Value> of(ProgramBuilder builder, Map<Value, Value> tangents) {
        Grad.expectShapes("tangent", tangents);
        Tangent tangent = new Tangent(builder, tangents);
        builder.in(Section.BODY, () -> tangent.walk(List.copyOf(builder.steps(Section.BODY))));
        return tangent.tangents;
    }

    /**
     * The tangents that some outputs need. Nothing is written for other values, such as tangents in other directions.
     *
     * @param builder holds the program; tangent steps are appended to its body
     * @param tangents by value, of the value's shape: the direction in which it changes
     * @param outputs the values whose tangents are wanted
     * @return the tangent by value; values that do not change are missing
     * @throws IllegalArgumentException if a tangent has another shape than its value
     */
    public static Map<Value, Value> of(ProgramBuilder builder, Map<Value, Value> tangents, Collection<Value> outputs) {
        Grad.expectShapes("tangent", tangents);
        Tangent tangent = new Tangent(builder, tangents);
        Set<Value> needed = new HashSet<>();
        outputs.forEach(output -> needed.add(builder.own(output)));
        List<Step> steps = new ArrayList<>(builder.steps(Section.BODY));
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i).outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(steps.get(i).inputs());
            } else {
                steps.remove(i);
            }
        }
        builder.in(Section.BODY, () -> tangent.walk(steps));
        return tangent.tangents;
    }

    private void walk(List<Step> steps) {
        steps.forEach(this::forward);
    }

    private void forward(Step step) {
        Value[] dx = step.inputs().stream().map(tangents::get).toArray(Value[]::new);
        if (Arrays.stream(dx).allMatch(Objects::isNull)) {
            return;
        }
        builder.enter(step.path() + "'");
        Value[] x = step.inputs().stream().map(builder::own).toArray(Value[]::new);
        Value[] y = step.outputs().stream().map(builder::own).toArray(Value[]::new);
        List<Value> dy = step.op() instanceof Scan scan
                ? ScanTangent.of(builder, scan, x, dx)
                : step.op().tangent(x, y, dx);
        if (dy == null) {
            Formula formula = Formula.of(step, builder);
            walk(formula.steps());
            dy = formula.outputs().stream().map(tangents::get).toList();
        }
        Grad.expectTypes("tangent of " + step.label(), List.of(y), dy);
        for (int i = 0; i < y.length; i++) {
            if (dy.get(i) != null) {
                tangents.put(y[i], dy.get(i));
            }
        }
    }
}
