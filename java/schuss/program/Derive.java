package schuss.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.Value;

/**
 * Moves what depends on nothing but the model's numbers into the derive section, which inference runs once per version of
 * the weights, and packs weights into the forms that the backend's kernels ask for.
 */
final class Derive {
    private final Program program;
    private final Abilities abilities;
    private final Set<Value> derived = new HashSet<>();
    private final List<Step> front = new ArrayList<>();
    private final List<Step> rest = new ArrayList<>();
    private final Map<Pack, Map<Value, Value>> packs = new HashMap<>();

    private Derive(Program program, Abilities abilities) {
        this.program = program;
        this.abilities = abilities;
    }

    static Program run(Program program, Abilities abilities) {
        return new Derive(program, abilities).apply();
    }

    private Program apply() {
        program.variables().forEach((value, variable) -> {
            if (variable.kind() == Variable.Kind.PARAMETERS || variable.kind() == Variable.Kind.MODEL_STATE) {
                derived.add(value);
            }
        });
        for (Step step : program.steps()) {
            if (isDerived(step)) {
                front.add(step.in(Section.DERIVE));
                derived.addAll(step.outputs());
            } else {
                rest.add(step.section() == Section.BODY ? packed(step) : step);
            }
        }
        front.addAll(rest);
        return program.withSteps(front);
    }

    /** What does not grow: a repetition of a vector over a batch is made where it is used. */
    private boolean isDerived(Step step) {
        return step.section() == Section.BODY
                && step.op().mutates().isEmpty()
                && !step.inputs().isEmpty()
                && derived.containsAll(step.inputs())
                && elements(step.outputs()) <= elements(step.inputs())
                && step.outputs().stream().noneMatch(program.variables()::containsKey);
    }

    private static long elements(List<Value> values) {
        return values.stream().mapToLong(v -> v.shape().size()).sum();
    }

    private Step packed(Step step) {
        for (int i = 0; i < step.inputs().size(); i++) {
            if (derived.contains(step.inputs().get(i))) {
                Optional<Pack> pack = abilities.packs(step, i);
                if (pack.isPresent()) {
                    return packed(step, i, pack.get());
                }
            }
        }
        return step;
    }

    /** Steps that want the same form of the same weights share it. */
    private Step packed(Step step, int input, Pack pack) {
        Value plain = step.inputs().get(input);
        Value form = packs.computeIfAbsent(pack, p -> new HashMap<>()).computeIfAbsent(plain, p -> {
            Trace trace = program.trace();
            trace.enter(step.path());
            List<Step> recorded = trace.record(Section.DERIVE, () -> Value.of(pack, plain));
            front.addAll(recorded);
            return recorded.get(0).outputs().get(0);
        });
        List<Value> inputs = new ArrayList<>(step.inputs());
        inputs.set(input, form);
        return new Step(
                new Packed(step.op(), input, plain.type()), inputs, step.outputs(), step.path(), step.section());
    }
}
