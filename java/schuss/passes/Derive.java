package schuss.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Pack;
import schuss.ops.Packed;
import schuss.ops.Value;

/**
 * Moves steps that depend on nothing but the model's numbers to the DERIVE section, which inference runs once per
 * version of the weights, and packs weights into the layouts that the backend's kernels prefer.
 */
final class Derive {
    private final Program program;
    private final ProgramBuilder builder;
    private final Capabilities abilities;
    private final Set<Value> derived = new HashSet<>();
    private final List<Step> front = new ArrayList<>();
    private final List<Step> rest = new ArrayList<>();
    private final Map<Pack, Map<Value, Value>> packs = new HashMap<>();

    private Derive(Program program, Capabilities abilities) {
        this.program = program;
        this.builder = ProgramBuilder.of(program);
        this.abilities = abilities;
    }

    static Program of(Program program, Capabilities abilities) {
        return new Derive(program, abilities).apply();
    }

    private Program apply() {
        program.places().forEach((value, place) -> {
            if (program.slot(place.slot()).weights()) {
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

    /**
     * Results larger than their inputs stay in the body: a vector that is repeated over a batch is better made where it
     * is used.
     */
    private boolean isDerived(Step step) {
        return step.section() == Section.BODY
                && step.op().mutates().isEmpty()
                && !step.inputs().isEmpty()
                && derived.containsAll(step.inputs())
                && elements(step.outputs()) <= elements(step.inputs())
                && step.outputs().stream().noneMatch(program.places()::containsKey);
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

    /** Packs an input of a step. Steps that need the same weights in the same layout share them. */
    private Step packed(Step step, int input, Pack pack) {
        Value plain = step.inputs().get(input);
        Value form = packs.computeIfAbsent(pack, p -> new HashMap<>()).computeIfAbsent(plain, p -> {
            builder.enter(step.path());
            Value packed = builder.in(Section.DERIVE, () -> Value.of(pack, builder.own(plain)));
            List<Step> recorded = builder.steps(Section.DERIVE);
            front.add(recorded.get(recorded.size() - 1));
            return packed;
        });
        List<Value> inputs = new ArrayList<>(step.inputs());
        inputs.set(input, form);
        return new Step(
                new Packed(step.op(), input, plain.type()), inputs, step.outputs(), step.path(), step.section());
    }
}
