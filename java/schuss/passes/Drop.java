package schuss.passes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Value;

/** Removes the steps whose results nobody reads. Steps that change a slot stay. */
public final class Drop {
    private Drop() {}

    /**
     * Removes unused steps.
     *
     * @param program the program
     * @return the same computation without them
     */
    public static Program of(Program program) {
        Set<Value> read = program.kept();
        List<Step> needed = new ArrayList<>();
        for (int i = program.steps().size() - 1; i >= 0; i--) {
            Step step = program.steps().get(i);
            if (!step.op().mutates().isEmpty() || step.outputs().stream().anyMatch(read::contains)) {
                needed.add(step);
                read.addAll(step.inputs());
            }
        }
        Collections.reverse(needed);
        return program.withSteps(needed);
    }
}
