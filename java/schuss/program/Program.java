package schuss.program;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import schuss.ops.Value;

/**
 * A flat list of steps over numbered values: what layers become. Passes turn one program into another; a backend binds
 * each step to a kernel. {@link #toString} prints a line a step.
 *
 * @param trace the graph all values belong to
 * @param steps in the order they run
 * @param variables values that lie at a fixed place outside the arena: parameters, inputs, pinned gradients
 * @param outputs values that callers read after a run, by name
 */
public record Program(Trace trace, List<Step> steps, Map<Value, Variable> variables, Map<String, Value> outputs) {
    public Program {
        steps = List.copyOf(steps);
        variables = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(variables));
        outputs = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(outputs));
    }

    /** Where parameters lie. */
    public Layout layout() {
        return trace.layout();
    }

    /** Where what the model keeps beside its parameters lies. */
    public Layout stateLayout() {
        return trace.stateLayout();
    }

    /** The layout that the paths of this kind of variable stand in. */
    public Layout layout(Variable.Kind kind) {
        return kind == Variable.Kind.MODEL_STATE ? stateLayout() : layout();
    }

    public Value output(String name) {
        Value value = outputs.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "output: expected one of " + outputs.keySet() + ", got \"" + name + "\"");
        }
        return value;
    }

    /** What its steps multiply and add. */
    public long multiplyAdds() {
        return steps.stream().mapToLong(Step::multiplyAdds).sum();
    }

    Program withOutputs(Map<String, Value> replaced) {
        return new Program(trace, steps, variables, replaced);
    }

    Program withSteps(List<Step> replaced) {
        return new Program(trace, replaced, variables, outputs);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        variables.forEach((value, variable) ->
                text.append(value).append(" = ").append(variable).append('\n'));
        Section section = null;
        for (Step step : steps) {
            if (step.section() != section) {
                section = step.section();
                text.append(section.name().toLowerCase(java.util.Locale.ROOT)).append(":\n");
            }
            text.append("  ").append(step).append('\n');
        }
        String names = outputs.entrySet().stream()
                .map(e -> e.getKey() + " %" + e.getValue().id())
                .collect(Collectors.joining(", "));
        return text.append("outputs: ").append(names).append('\n').toString();
    }
}
