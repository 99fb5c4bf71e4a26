package schuss.backend.cpu;

import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.ops.Expression;
import schuss.ops.Expression.Binary;
import schuss.ops.Expression.Constant;
import schuss.ops.Expression.Where;
import schuss.ops.Function1;
import schuss.ops.Function2;
import schuss.ops.FusedMatMul;
import schuss.ops.MatMul;
import schuss.program.Needs;
import schuss.program.Step;

/** Matrix products: who computes one depends on its shape. */
final class CpuMatMul {
    // under this many multiply-adds what a call costs counts more than how it computes: 43 ns against 310
    private static final long TINY = 1 << 15;

    /** In the order of the native library. */
    enum Provider {
        ONEDNN,
        OPENBLAS,
        OURS
    }

    /** In the order of the native library. */
    enum Kind {
        NONE,
        RELU,
        LEAKY_RELU,
        SIGMOID,
        TANH
    }

    /** What the libraries apply to a product's elements as they store them. */
    record Activation(Kind kind, double alpha) {
        static final Activation NONE = new Activation(Kind.NONE, 0);
    }

    private CpuMatMul() {}

    static void register(Kernels kernels, boolean openBlasOnly) {
        kernels.register(
                MatMul.class, (op, step, threads) -> prepare(op, false, Activation.NONE, step, openBlasOnly, threads));
        kernels.register(
                FusedMatMul.class,
                (op, step, threads) ->
                        prepare(op.product(), op.bias(), activation(op.activation()), step, openBlasOnly, threads));
    }

    /** The activation that this function of input 0 is, or null when it is none of the library's. */
    static Activation activation(Expression e) {
        Expression x = Expression.input(0);
        if (e.equals(x)) {
            return Activation.NONE;
        } else if (e.equals(x.apply(Function1.RELU))) {
            return new Activation(Kind.RELU, 0);
        } else if (e.equals(x.apply(Function1.SIGMOID))) {
            return new Activation(Kind.SIGMOID, 0);
        } else if (e.equals(x.apply(Function1.TANH))) {
            return new Activation(Kind.TANH, 0);
        } else if (e instanceof Where w
                && w.condition().equals(x.greater(Expression.constant(0)))
                && w.then().equals(x)
                && slope(w.otherwise()) != null) {
            return new Activation(Kind.LEAKY_RELU, slope(w.otherwise()));
        }
        return null;
    }

    /** c of {@code c * x}. */
    private static Double slope(Expression e) {
        return e instanceof Binary b
                        && b.function() == Function2.MUL
                        && b.a() instanceof Constant c
                        && b.b().equals(Expression.input(0))
                ? c.value()
                : null;
    }

    private static Provider provider(MatMul op, long m, long k, long n, boolean openBlasOnly) {
        if (m == 1 && !op.transposeA()) {
            return Provider.OURS; // a row times a matrix: bound by reading the matrix once
        }
        return openBlasOnly || m * k * n <= TINY ? Provider.OPENBLAS : Provider.ONEDNN;
    }

    private static Prepared prepare(
            MatMul op, boolean bias, Activation activation, Step step, boolean openBlasOnly, int threads) {
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
                bias ? 1 : 0,
                activation.kind().ordinal(),
                (float) activation.alpha(),
                scratch,
                threads));
        return new Prepared() {
            @Override
            public Kernel bind(Addresses at) {
                long bound = Native.schuss_matmul_bind(
                        prepared, at.input(0), at.input(1), bias ? at.input(2) : 0, at.output(0), at.scratch());
                return new Bound(Bound.checked(bound), Native::schuss_matmul_run, Native::schuss_matmul_unbind);
            }

            @Override
            public Needs needs() {
                return Needs.scratch(scratch[0]);
            }

            @Override
            public void close() {
                Native.schuss_matmul_release(prepared);
            }
        };
    }
}
