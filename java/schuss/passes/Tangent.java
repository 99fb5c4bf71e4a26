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
 * Forward mode differentiation: walks the steps of a program's body in their order and lets each op write how its outputs
 * change as its inputs do. Tangents are values like any other: that of a gradient is a Hessian times a vector.
 *
 * <pre>{@code
 * Value dw = builder.input("direction", w.type());
 * Value slope = Tangent.of(builder, Map.of(w, dw)).get(loss);
 * }</pre>
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
     * The tangents of all that depends on some values.
     *
     * @param tangents of these values, of their shapes: the direction in which they change
     * @return by value: those given, and those of the body's steps; what does not change has none
     */
    public static Map<Value, Value> of(ProgramBuilder builder, Map<Value, Value> tangents) {
        Grad.expectShapes("tangent", tangents);
        Tangent tangent = new Tangent(builder, tangents);
        builder.in(Section.BODY, () -> tangent.walk(List.copyOf(builder.steps(Section.BODY))));
        return tangent.tangents;
    }

    /**
     * {@link #of(ProgramBuilder, Map)} of these outputs only: nothing is written for what they do not need, such as
     * tangents in other directions.
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
