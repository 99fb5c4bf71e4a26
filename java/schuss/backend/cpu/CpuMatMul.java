package schuss.backend.cpu;

import static schuss.DType.F32;

import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.FusedMatMul;
import schuss.ops.MatMul;

/** Matrix products: who computes one depends on its shape. */
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

    private static PreparedProduct.Provider provider(MatMul op, long m, long k, long n, boolean openBlasOnly) {
        if (m == 1 && !op.transposeA()) {
            return PreparedProduct.Provider.OURS; // a row times a matrix: bound by reading the matrix once
        }
        return openBlasOnly || m * k * n <= TINY ? PreparedProduct.Provider.OPENBLAS : PreparedProduct.Provider.ONEDNN;
    }

    private static Prepared prepare(MatMul op, Epilogue epilogue, Step step, boolean openBlasOnly, int threads) {
        int m = step.outputs().get(0).shape().dim(0);
        int n = step.outputs().get(0).shape().dim(1);
        int k = op.inner(step.inputs().get(0).shape());
        long[] scratch = new long[1];
        long prepared = Bound.checked(Native.schuss_matmul_prepare(
                provider(op, m, k, n, openBlasOnly).ordinal(),
                m,
                k,
                n,
                op.transposeA() ? 1 : 0,
                op.transposeB() ? 1 : 0,
                epilogue.bias() ? 1 : 0,
                epilogue.kind().ordinal(),
                epilogue.alpha(),
                scratch,
                threads));
        return new PreparedProduct(prepared, step.inputs().size(), scratch[0]);
    }
}
