package schuss.passes;

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
import schuss.ops.Fill;
import schuss.ops.Value;

/**
 * Reverse-mode differentiation (backpropagation). It goes through the steps of a program's body backwards and lets each
 * op write its gradient as more steps. Gradients are ordinary values, so they can be differentiated again, by this
 * class or by {@link Tangent}.
 *
 * <pre>{@code
 * Value dw = Grad.of(builder, loss, List.of(w)).get(w);
 * builder.output("gradient", dw);
 * }</pre>
 *
 * <p>Both methods throw {@link IllegalStateException}, naming the op, if one on the way has no gradient.
 */
public final class Grad {
    private final ProgramBuilder builder;
    private final Map<Value, Value> gradients = new HashMap<>();
    private final Set<Value> wanted; // all that depends on what we differentiate with respect to

    private Grad(ProgramBuilder builder, Collection<Value> withRespectTo) {
        this.builder = builder;
        this.wanted = new HashSet<>();
        withRespectTo.forEach(value -> wanted.add(builder.own(value)));
    }

    /**
     * The gradients of the sum of a value's elements.
     *
     * @param builder holds the program; gradient steps are appended to its body
     * @param output the value to differentiate, usually a scalar loss
     * @param withRespectTo the values whose gradients are wanted
     * @return the gradient by value: for each of {@code withRespectTo} that the output depends on, and for the values
     *     in between
     */
    public static Map<Value, Value> of(ProgramBuilder builder, Value output, Collection<Value> withRespectTo) {
        return builder.in(Section.BODY, () -> {
            Value one = builder.apply(new Fill(output.shape(), 1), List.of()).get(0);
            return of(builder, Map.of(builder.own(output), one), withRespectTo);
        });
    }

    /**
     * The gradients of the sum of several values' elements, each times a factor of its own.
     *
     * @param builder holds the program; gradient steps are appended to its body
     * @param factors by value, of the value's shape: the gradients to start from
     * @param withRespectTo the values whose gradients are wanted
     * @return the gradient by value: for each of {@code withRespectTo} that one of the values depends on, and for the
     *     values in between
     * @throws IllegalArgumentException if a factor has another shape than its value
     */
    public static Map<Value, Value> of(
            ProgramBuilder builder, Map<Value, Value> factors, Collection<Value> withRespectTo) {
        expectShapes("gradient", factors);
        Grad grad = new Grad(builder, withRespectTo);
        factors.forEach((value, factor) -> grad.gradients.put(builder.own(value), builder.own(factor)));
        List<Step> steps = List.copyOf(builder.steps(Section.BODY));
        grad.follow(steps);
        builder.in(Section.BODY, () -> grad.walk(steps));
        return grad.gradients;
    }

    /** Fails unless each derivative has the shape of its value. */
    static void expectShapes(String what, Map<Value, Value> derivatives) {
        derivatives.forEach((value, derivative) -> {
            if (!value.shape().equals(derivative.shape())) {
                throw new IllegalArgumentException(
                        what + " of " + value + ": expected the shape " + value.shape() + ", got " + derivative);
            }
        });
    }

    /** Fails unless an op returned one derivative per value, of the value's type; null stands for zero. */
    static void expectTypes(String what, List<Value> values, List<Value> derivatives) {
        if (derivatives.size() != values.size()) {
            throw new IllegalStateException(
                    what + ": expected " + values.size() + " values, got " + derivatives.size());
        }
        for (int i = 0; i < values.size(); i++) {
            Value derivative = derivatives.get(i);
            if (derivative != null && !derivative.type().equals(values.get(i).type())) {
                throw new IllegalStateException(
                        what + ": expected " + values.get(i).type() + " as value " + i + ", got " + derivative.type());
            }
        }
    }

    /** Finds everything that depends on what we differentiate with respect to. */
    private void follow(List<Step> steps) {
        for (Step step : steps) {
            if (step.inputs().stream().anyMatch(wanted::contains)) {
                wanted.addAll(step.outputs());
            }
        }
    }

    private void walk(List<Step> steps) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            backward(steps.get(i));
        }
    }

    private void backward(Step step) {
        Value[] dy = step.outputs().stream().map(gradients::get).toArray(Value[]::new);
        boolean reached = Arrays.stream(dy).anyMatch(Objects::nonNull);
        if (!reached || step.inputs().stream().noneMatch(wanted::contains)) {
            return;
        }
        builder.enter(step.path() + "'");
        Value[] x = step.inputs().stream().map(builder::own).toArray(Value[]::new);
        Value[] y = step.outputs().stream().map(builder::own).toArray(Value[]::new);
        List<Value> dx = step.op() instanceof Scan scan
                ? ScanGrad.of(builder, scan, x, y, dy)
                : step.op().gradient(x, y, dy);
        if (dx == null) {
            Formula formula = Formula.of(step, builder);
            follow(formula.steps());
            add(formula.outputs(), Arrays.asList(dy));
            walk(formula.steps());
        } else {
            expectTypes("gradient of " + step.label(), Arrays.asList(x), dx);
            add(Arrays.asList(x), dx);
        }
    }

    private void add(List<Value> values, List<Value> terms) {
        for (int i = 0; i < values.size(); i++) {
            if (terms.get(i) != null && wanted.contains(values.get(i))) {
                gradients.merge(values.get(i), terms.get(i), Value::add);
            }
        }
    }
}
