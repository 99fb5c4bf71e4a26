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
 * Mixed precision: matrix products and convolutions, including those of gradients, read their operands in a narrower
 * type such as bf16, and their results continue in f32. Everything else stays in f32, above all the parameters. The
 * narrow copies of the weights depend on nothing but parameters, so they are made once per version of the weights.
 *
 * <p>This pass comes after differentiation and before fusion. Source: Micikevicius et al., Mixed Precision Training
 * (2018).
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
     * {@return the same program with products in another type}
     *
     * @param program the program
     * @param compute the type in which products read their operands; f32 changes nothing
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

    /** The result of one more step, which is appended next. */
    private Value recorded(Step like, Supplier<Value> body) {
        Section section = like.section();
        Value made = builder.in(section, body);
        List<Step> all = builder.steps(section);
        steps.add(all.get(all.size() - 1));
        return made;
    }
}
