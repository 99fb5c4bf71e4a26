package schuss.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import schuss.ops.Value;

/** Drops steps whose results nobody reads. Steps that change a variable or fill a pinned value stay. */
final class Drop {
    private Drop() {}

    static Program run(Program program) {
        Set<Value> read = new HashSet<>(program.outputs().values());
        List<Step> kept = new ArrayList<>();
        for (int i = program.steps().size() - 1; i >= 0; i--) {
            Step step = program.steps().get(i);
            boolean needed = !step.op().mutates().isEmpty()
                    || step.outputs().stream()
                            .anyMatch(
                                    v -> read.contains(v) || program.variables().containsKey(v));
            if (needed) {
                kept.add(step);
                read.addAll(step.inputs());
            }
        }
        Collections.reverse(kept);
        return program.withSteps(kept);
    }
}
