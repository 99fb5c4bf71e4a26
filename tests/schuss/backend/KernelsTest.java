package schuss.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static schuss.DType.BF16;
import static schuss.DType.F32;
import static schuss.DType.I32;
import static schuss.DType.I64;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import schuss.DType;
import schuss.Shape;
import schuss.ir.ProgramBuilder;
import schuss.ir.Section;
import schuss.ir.Step;
import schuss.ops.Call;
import schuss.ops.Concatenate;
import schuss.ops.Gather;
import schuss.ops.MatMul;
import schuss.ops.Op;
import schuss.ops.Type;
import schuss.ops.Value;

/** Kernels are found by op and types, and what is missing is named. */
class KernelsTest {
    private static final Prepared NARROW = at -> () -> {};
    private static final Prepared WIDE = at -> () -> {};

    private final Kernels kernels = new Kernels("toy");

    private static Step step(Op op, DType... types) {
        ProgramBuilder builder = new ProgramBuilder();
        builder.enter("0.dense");
        Value[] inputs = new Value[types.length];
        for (int i = 0; i < types.length; i++) {
            inputs[i] = builder.input("x" + i, new Type(types[i], Shape.of(2, 2)));
        }
        Value.outputs(op, inputs);
        return builder.steps(Section.BODY).get(0);
    }

    private String problem(Step step) {
        return assertThrows(IllegalStateException.class, () -> kernels.prepare(step, 1))
                .getMessage();
    }

    @Test
    void theTypesDecide() {
        kernels.register(Gather.class, Signature.of(F32, I32), (op, step, threads) -> NARROW);
        kernels.register(Gather.class, Signature.of(F32, I64), (op, step, threads) -> WIDE);
        assertSame(NARROW, kernels.prepare(step(new Gather(), F32, I32), 1));
        assertSame(WIDE, kernels.prepare(step(new Gather(), F32, I64), 1));
    }

    @Test
    void aMissingOneIsNamedWithThoseThereAre() {
        MatMul product = new MatMul(false, false);
        kernels.register(MatMul.class, Signature.of(F32, F32), (op, step, threads) -> NARROW);
        assertEquals(
                "no kernel: expected the toy backend to have one for MatMul \"0.dense\" of (bf16, bf16), got kernels for"
                        + " (f32, f32)",
                problem(step(product, BF16, BF16)));
        kernels.register(Concatenate.class, Signature.alike(F32, I32), (op, step, threads) -> NARROW);
        assertEquals(
                "no kernel: expected the toy backend to have one for Concatenate[0] \"0.dense\" of (i64, i64), got kernels"
                        + " for (f32, ...), (i32, ...)",
                problem(step(new Concatenate(0), I64, I64)));
        assertEquals(
                "no kernel: expected the toy backend to have one for Gather \"0.dense\" of (f32, i32), got none for"
                        + " schuss.ops.Gather; register one on the device",
                problem(step(new Gather(), F32, I32)));
    }

    @Test
    void anyNumberOfInputs() {
        Signature alike = Signature.alike(F32, I32);
        assertEquals(true, alike.fits(List.of(F32, F32, F32)));
        assertEquals(false, alike.fits(List.of(F32, I32)));
        Signature each = Signature.each(F32, I32);
        assertEquals(true, each.fits(List.of(F32, I32)));
        assertEquals(false, each.fits(List.of(F32, I64)));
        assertEquals(true, Signature.NONE.fits(List.of()));
        assertEquals("(f32 or i32, ...)", each.toString());
    }

    @Test
    void oneOfTheUsersOwnReplacesAll() {
        kernels.register(Gather.class, Signature.of(F32, I32), (op, step, threads) -> NARROW);
        kernels.replace(Gather.class, (op, step, threads) -> WIDE);
        assertSame(WIDE, kernels.prepare(step(new Gather(), F32, I32), 1));
        assertSame(WIDE, kernels.prepare(step(new Gather(), BF16, I64), 1));
    }

    /** An op that names a native function and numbers for it. */
    private record Named(String function, List<Number> numbers) implements Op {
        @Override
        public List<Type> infer(List<Type> inputs) {
            return inputs;
        }

        @Override
        public Call call(List<Type> inputs) {
            return Call.of("file", function, numbers.toArray(Number[]::new));
        }
    }

    @Test
    void anOpsOwnCallIsFoundByItsTypes() {
        String[] called = new String[1];
        Kernels calling = new Kernels("toy", (call, function, step, threads) -> {
            called[0] = function.name();
            return NARROW;
        });
        Named sum = new Named("cumulative_sum", List.of(1, 2, 3, 0));
        calling.prepare(step(sum, F32), 1);
        assertEquals("cumulative_sum", called[0]);
        calling.prepare(step(sum, I64), 1);
        assertEquals("cumulative_sum_i64", called[0]);
        assertEquals(
                "no kernel: expected the toy backend to have one for Named \"0.dense\" of (bf16), got kernels for (f32),"
                        + " (i32), (i64)",
                message(() -> calling.prepare(step(sum, BF16), 1)));
        assertEquals(
                "schuss_cumulative_sum: expected 4 numbers behind its addresses, as schuss.h declares it, got [1, 2]",
                message(() -> calling.prepare(step(new Named("cumulative_sum", List.of(1, 2)), F32), 1)));
        assertEquals(
                "no kernel: expected the toy backend to have one for Named \"0.dense\" of (f32), got none for "
                        + Named.class.getName()
                        + ": schuss.h declares no kernel schuss_nothing of addresses, then numbers, then int threads",
                message(() -> calling.prepare(step(new Named("nothing", List.of()), F32), 1)));
    }

    private static String message(Executable failing) {
        return assertThrows(IllegalStateException.class, failing).getMessage();
    }
}
