package schuss.backend.cpu;

import static schuss.DType.F32;

import java.util.List;
import java.util.function.ToLongFunction;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.backend.kernels.ProductTask;
import schuss.ir.Step;
import schuss.ops.FusedMatMul;
import schuss.ops.MatMul;

/** Matrix products. The shape decides which library computes one. */
final class CpuMatMul {
    // under this many multiply-adds what a call costs counts more than how it computes: 43 ns against 310
    private static final long TINY = 1 << 15;

    private CpuMatMul() {}

    static void register(Kernels kernels, boolean openBlasOnly) {
        kernels.register(
                MatMul.class,
                Signature.of(F32, F32),
                (op, step, threads) -> prepare(op, Epilogue.NONE, step, openBlasOnly, threads));
        kernels.register(
                FusedMatMul.class,
                Signature.ALL_F32,
                (op, step, threads) -> prepare(op.product(), Epilogue.of(op), step, openBlasOnly, threads));
    }

    private static PreparedProduct.Provider provider(ProductTask task, boolean openBlasOnly) {
        if (task.m() == 1 && !task.op().transposeA() && task.stack().isEmpty()) {
            return PreparedProduct.Provider.OURS; // a row times a matrix: bound by reading the matrix once
        }
        boolean tiny = task.m() * task.k() * task.n() <= TINY;
        return openBlasOnly || tiny ? PreparedProduct.Provider.OPENBLAS : PreparedProduct.Provider.ONEDNN;
    }

    private static long[] longs(List<ProductTask.Axis> stack, ToLongFunction<ProductTask.Axis> part) {
        return stack.stream().mapToLong(part).toArray();
    }

    private static Prepared prepare(MatMul op, Epilogue epilogue, Step step, boolean openBlasOnly, int threads) {
        ProductTask task = ProductTask.of(op, step.inputTypes());
        List<ProductTask.Axis> stack = task.stack();
        long[] scratch = new long[1];
        long prepared = Bound.checked(Native.schuss_matmul_prepare(
                provider(task, openBlasOnly).ordinal(),
                task.m(),
                task.k(),
                task.n(),
                op.transposeA() ? 1 : 0,
                op.transposeB() ? 1 : 0,
                longs(stack, ProductTask.Axis::extent),
                longs(stack, ProductTask.Axis::strideA),
                longs(stack, ProductTask.Axis::strideB),
                stack.size(),
                epilogue.bias() ? 1 : 0,
                epilogue.kind().ordinal(),
                epilogue.alpha(),
                scratch,
                ThreadChoice.of(step.multiplyAdds(), threads)));
        return new PreparedProduct(prepared, step.inputs().size(), scratch[0]);
    }
}
