package schuss.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import schuss.DType;
import schuss.Shape;
import schuss.ops.Expression;
import schuss.ops.Fill;
import schuss.ops.Pointwise;
import schuss.ops.Reshape;
import schuss.ops.Value;

/**
 * Reverse mode differentiation: walks the steps backwards and lets each op write its gradient as more ops. Gradients of
 * parameters are pinned to their place in the gradients' memory; that of the input becomes an output.
 */
final class Differentiate {
    private final Program program;
    private final Map<String, Value> watched;
    private final Trace trace;
    private final Map<Value, Value> gradients = new HashMap<>();
    private final Set<Value> wanted = new HashSet<>(); // all that depends on what we differentiate with respect to

    private Differentiate(Program program, Map<String, Value> watched) {
        this.program = program;
        this.watched = watched;
        this.trace = program.trace();
    }

    /**
     * The program with its gradients.
     *
     * @param watched outputs of layers by path, whose gradients become outputs too
     */
    static Program run(Program program, Request request, Map<String, Value> watched) {
        boolean none = request.gradients() == Request.Gradients.NONE;
        return none ? program : new Differentiate(program, watched).apply(request);
    }

    private Program apply(Request request) {
        program.variables().forEach((value, variable) -> {
            boolean input = variable.kind() == Variable.Kind.INPUT
                    && value.dtype() == DType.F32
                    && request.gradients() == Request.Gradients.ALL;
            if (input || variable.kind() == Variable.Kind.PARAMETERS) {
                wanted.add(value);
            }
        });
        for (Step step : program.steps()) {
            if (step.inputs().stream().anyMatch(wanted::contains)) {
                wanted.addAll(step.outputs());
            }
        }
        Map<Value, Variable> pinned = new LinkedHashMap<>();
        Map<String, Value> outputs = new LinkedHashMap<>(program.outputs());
        List<Step> backward = trace.record(Section.BODY, () -> {
            Value loss = program.output(Trace.LOSS);
            trace.enter(Trace.LOSS + "'");
            gradients.put(loss, fill(loss.shape(), 1));
            for (int i = program.steps().size() - 1; i >= 0; i--) {
                backward(program.steps().get(i));
            }
            finish(pinned, outputs);
        });
        // totals are gathered after the backward pass, in the update section
        List<Step> steps = new ArrayList<>();
        program.steps().stream().filter(s -> s.section() != Section.UPDATE).forEach(steps::add);
        steps.addAll(backward);
        program.steps().stream().filter(s -> s.section() == Section.UPDATE).forEach(steps::add);
        Map<Value, Variable> variables = new LinkedHashMap<>(trace.byValue());
        variables.putAll(pinned);
        return new Program(trace, steps, variables, outputs);
    }

    private void backward(Step step) {
        Value[] dy = step.outputs().stream().map(gradients::get).toArray(Value[]::new);
        boolean reached = java.util.Arrays.stream(dy).anyMatch(java.util.Objects::nonNull);
        if (!reached || step.inputs().stream().noneMatch(wanted::contains)) {
            return;
        }
        trace.enter(step.path() + "'");
        Value[] x = step.inputs().toArray(Value[]::new);
        Value[] y = step.outputs().toArray(Value[]::new);
        List<Value> dx = step.op().gradient(x, y, dy);
        for (int i = 0; i < x.length; i++) {
            if (dx.get(i) != null && wanted.contains(x[i])) {
                gradients.merge(x[i], dx.get(i), Value::add);
            }
        }
    }

    private void finish(Map<Value, Variable> pinned, Map<String, Value> outputs) {
        program.variables().forEach((value, variable) -> {
            if (variable.kind() == Variable.Kind.PARAMETERS) {
                trace.enter(variable.path() + "'");
                Value gradient = gradients.get(value);
                Value own = gradient == null ? fill(value.shape(), 0) : gradient;
                if (pinned.containsKey(root(own)) || program.variables().containsKey(root(own))) {
                    own = copy(own); // two parameters with one gradient, as in x + b + c
                }
                pinned.put(root(own), new Variable(Variable.Kind.GRADIENTS, 0, variable.path()));
            } else if (variable.kind() == Variable.Kind.INPUT && gradients.containsKey(value)) {
                outputs.put(Trace.INPUT_GRADIENT, free(gradients.get(value), pinned));
            }
        });
        watched.forEach((path, value) -> {
            if (gradients.containsKey(value)) {
                trace.enter(path + "'");
                outputs.put(Passes.gradientOf(path), free(gradients.get(value), pinned));
            }
        });
    }

    /** A value that lies in the arena, where an output must. */
    private Value free(Value gradient, Map<Value, Variable> pinned) {
        return pinned.containsKey(root(gradient)) ? copy(gradient) : gradient;
    }

    /** The value whose memory a gradient lies in: reshapes are views. */
    private Value root(Value value) {
        for (Step step : trace.recorded()) {
            if (step.outputs().contains(value) && step.op() instanceof Reshape) {
                return root(step.inputs().get(0));
            }
        }
        return value;
    }

    private static Value copy(Value value) {
        return Value.of(new Pointwise(Expression.input(0), 1), value);
    }

    private Value fill(Shape shape, double number) {
        return trace.apply(new Fill(shape, number), List.of()).get(0);
    }
}
