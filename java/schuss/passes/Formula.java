package schuss.passes;

import java.util.List;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Composite;
import schuss.ops.Value;

/**
 * The formula of a composite step, recorded at the end of the body so that it can be differentiated in the step's
 * place.
 *
 * @param steps the elementary steps
 * @param outputs the step's outputs as the formula computes them
 */
record Formula(List<Step> steps, List<Value> outputs) {
    /** Records the formula of a step whose op is composite. */
    static Formula of(Step step, ProgramBuilder builder) {
        List<Step> body = builder.steps(Section.BODY);
        int before = body.size();
        Value[] x = step.inputs().stream().map(builder::own).toArray(Value[]::new);
        if (!(step.op() instanceof Composite composite)) {
            throw new IllegalStateException(
                    "derivative of " + step.label() + ": expected a value for each input, got null");
        }
        List<Value> outputs = composite.formula(x);
        return new Formula(List.copyOf(body.subList(before, body.size())), outputs);
    }
}
