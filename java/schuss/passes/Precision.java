package schuss.passes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import schuss.DType;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Cast;
import schuss.ops.Convolution;
import schuss.ops.MatMul;
import schuss.ops.Op;
import schuss.ops.Value;

/**
 * Mixed precision (Micikevicius et al. 2018): matrix products and convolutions, gradients included, read their operands in a
 * narrower type, and what they make goes on in f32. All else stays as it is, the parameters above all. Their narrow copies
 * are functions of nothing but parameters, so {@link Derive} has them made once per version of the weights.
 *
 * <p>Comes after differentiation and before fusing.
 */
public final class Precision {
    private final Program program;
    private final ProgramBuilder builder;
    private final DType compute;
    private final Map<Value, Value> narrow = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();

    private Precision(Program program, DType compute) {
        this.program = program;
        this.builder = ProgramBuilder.of(program);
        this.compute = compute;
    }

    /**
     * The same program with products in another type.
     *
     * @param compute what products read; f32 changes nothing
     */
    public static Program of(Program program, DType compute) {
        return compute == DType.F32 ? program : new Precision(program, compute).apply();
    }

    private Program apply() {
        for (Step step : program.steps()) {
            if (isProduct(step.op()) && step.inputs().stream().allMatch(value -> value.dtype() == DType.F32)) {
                narrow(step);
            } else {
                steps.add(step);
            }
        }
        return program.withSteps(steps);
    }

    private static boolean isProduct(Op op) {
        return op instanceof MatMul
                || op instanceof Convolution
                || op instanceof Convolution.DataGradient
                || op instanceof Convolution.WeightGradient;
    }

    private void narrow(Step step) {
        builder.enter(step.path());
        Value[] operands = step.inputs().stream()
                .map(value -> narrow.computeIfAbsent(
                        value, v -> recorded(step, () -> builder.own(v).cast(compute))))
                .toArray(Value[]::new);
        Value product = recorded(step, () -> Value.of(step.op(), operands));
        steps.add(new Step(new Cast(DType.F32), List.of(product), step.outputs(), step.path(), step.section()));
    }

    /** The result of a step of its own, which comes next. */
    private Value recorded(Step like, Supplier<Value> body) {
        Section section = like.section();
        Value made = builder.in(section, body);
        List<Step> all = builder.steps(section);
        steps.add(all.get(all.size() - 1));
        return made;
    }
}
