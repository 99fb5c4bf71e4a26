package schuss.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Program;
import schuss.ir.ProgramBuilder;
import schuss.ir.Step;
import schuss.ops.Expression;
import schuss.ops.Type;
import schuss.ops.Value;

/** Fusing joins formulas of singles only: where a type rounds or cuts in between, the step that does so stays. */
class FuseTypesTest {
    private static List<String> fused(DType dtype, Function<Value, Value> body) {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", new Type(dtype, Shape.of(3, 4)));
        builder.output("y", body.apply(x));
        Program program = Passes.optimize(builder.build(), op -> true);
        return program.steps().stream().map(Step::op).map(op -> op.name()).toList();
    }

    @Test
    void castsToSinglesDisappearIntoTheirReaders() {
        for (DType dtype : List.of(DType.U8, DType.BOOL, DType.I32, DType.I64)) {
            assertEquals(
                    List.of("Pointwise tanh((0.003921569 * a))"),
                    fused(dtype, x -> x.cast(DType.F32).mul(1.0 / 255).tanh()));
        }
        // without the cast twice a byte would be a byte, and a product of bf16 rounded to it
        assertEquals(
                List.of("Cast to f32", "Pointwise (2 * a)"),
                fused(DType.U8, x -> x.cast(DType.F32).mul(2)));
        assertEquals(
                List.of("Cast to f32", "Pointwise (2 * a)"),
                fused(DType.BF16, x -> x.cast(DType.F32).mul(2)));
    }

    @Test
    void comparisonsJoinChoices() {
        assertEquals(
                List.of("Pointwise where((a > b), a, 0)"),
                fused(DType.F32, x -> Value.where(x.greater(x.constant(Shape.of(4), 1, 2, 3, 4)), x, x.mul(0))).stream()
                        .filter(name -> !name.startsWith("Constant"))
                        .toList());
    }

    @Test
    void narrowAndWholeNumbersAreMadeOneStepAfterTheOther() {
        assertEquals(2, fused(DType.BF16, x -> x.mul(3).tanh()).size());
        assertEquals(2, fused(DType.I32, x -> x.mul(3).add(x)).size());
        // of the truths both comparisons make, the logic is one formula
        assertEquals(
                4,
                fused(DType.I64, x -> x.greater(x.mul(2)).and(x.equal(x)).not()).size());
        assertEquals(1, fused(DType.F32, x -> x.mul(3).tanh()).size());
    }

    @Test
    void productsTakeAlongSinglesOnly() {
        ProgramBuilder builder = new ProgramBuilder();
        Value x = builder.input("x", Type.f32(Shape.of(3, 4)));
        Value w = builder.input("w", Type.f32(Shape.of(4, 2)));
        Value b = builder.input("b", new Type(DType.I32, Shape.of(2)));
        builder.output("y", x.matmul(w).add(b));
        builder.output("positive", x.matmul(w).map(e -> e.greater(Expression.constant(0))));
        Program program = Passes.optimize(builder.build(), op -> true);
        assertEquals(
                List.of("MatMul", "Pointwise (a + b)", "MatMul", "Pointwise (a > 0)"),
                program.steps().stream().map(step -> step.op().name()).toList());
    }
}
