package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.I32;
import static schuss.DType.U8;

import schuss.Shape;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.AveragePool;
import schuss.ops.MaxPool;
import schuss.ops.PoolWindow;

/** Pooling. Each op is bound to the native function of the same name. */
final class CpuPooling {
    private CpuPooling() {}

    static void register(Kernels kernels) {
        kernels.register(MaxPool.class, Signature.ALL_F32, CpuPooling::maxPool);
        kernels.register(MaxPool.Gradient.class, Signature.of(U8, F32), CpuPooling::maxPoolGradient);
        kernels.register(MaxPool.Gradient.class, Signature.of(I32, F32), CpuPooling::maxPoolGradient);
        kernels.register(AveragePool.class, Signature.ALL_F32, CpuPooling::averagePool);
        kernels.register(AveragePool.Gradient.class, Signature.ALL_F32, CpuPooling::averagePoolGradient);
        kernels.register(MaxPool.Pick.class, Signature.of(U8, F32), CpuPooling::pick);
        kernels.register(MaxPool.Pick.class, Signature.of(I32, F32), CpuPooling::pick);
    }

    private static Prepared maxPool(MaxPool op, Step step, int threads) {
        PoolWindow w = op.window();
        Shape x = step.inputs().get(0).shape();
        Shape y = step.outputs().get(0).shape();
        return at -> {
            long in = at.input(0);
            long out = at.output(0);
            long taken = at.output(1);
            return () -> Native.check(Native.schuss_max_pool_forward(
                    in,
                    out,
                    taken,
                    x.dim(0),
                    x.dim(1),
                    x.dim(2),
                    x.dim(3),
                    y.dim(1),
                    y.dim(2),
                    w.height(),
                    w.width(),
                    w.strideHeight(),
                    w.strideWidth(),
                    w.top(),
                    w.left(),
                    threads));
        };
    }

    private static Prepared maxPoolGradient(MaxPool.Gradient op, Step step, int threads) {
        PoolWindow w = op.window();
        Shape x = op.x();
        Shape y = step.inputs().get(1).shape();
        return at -> {
            long taken = at.input(0);
            long dy = at.input(1);
            long dx = at.output(0);
            return () -> Native.check(Native.schuss_max_pool_backward(
                    taken,
                    dy,
                    dx,
                    x.dim(0),
                    x.dim(1),
                    x.dim(2),
                    x.dim(3),
                    y.dim(1),
                    y.dim(2),
                    w.height(),
                    w.width(),
                    w.strideHeight(),
                    w.strideWidth(),
                    w.top(),
                    w.left(),
                    threads));
        };
    }

    private static Prepared pick(MaxPool.Pick op, Step step, int threads) {
        PoolWindow w = op.window();
        Shape x = step.inputs().get(1).shape();
        Shape y = step.outputs().get(0).shape();
        return at -> {
            long taken = at.input(0);
            long in = at.input(1);
            long out = at.output(0);
            return () -> Native.check(Native.schuss_max_pool_pick(
                    taken,
                    in,
                    out,
                    x.dim(0),
                    x.dim(1),
                    x.dim(2),
                    x.dim(3),
                    y.dim(1),
                    y.dim(2),
                    w.height(),
                    w.width(),
                    w.strideHeight(),
                    w.strideWidth(),
                    w.top(),
                    w.left(),
                    threads));
        };
    }

    private static Prepared averagePool(AveragePool op, Step step, int threads) {
        PoolWindow w = op.window();
        Shape x = step.inputs().get(0).shape();
        Shape y = step.outputs().get(0).shape();
        return at -> {
            long in = at.input(0);
            long out = at.output(0);
            return () -> Native.check(Native.schuss_average_pool_forward(
                    in,
                    out,
                    x.dim(0),
                    x.dim(1),
                    x.dim(2),
                    x.dim(3),
                    y.dim(1),
                    y.dim(2),
                    w.height(),
                    w.width(),
                    w.strideHeight(),
                    w.strideWidth(),
                    w.top(),
                    w.left(),
                    op.countPadding() ? 1 : 0,
                    threads));
        };
    }

    private static Prepared averagePoolGradient(AveragePool.Gradient op, Step step, int threads) {
        PoolWindow w = op.window();
        Shape x = op.x();
        Shape y = step.inputs().get(0).shape();
        return at -> {
            long dy = at.input(0);
            long dx = at.output(0);
            return () -> Native.check(Native.schuss_average_pool_backward(
                    dy,
                    dx,
                    x.dim(0),
                    x.dim(1),
                    x.dim(2),
                    x.dim(3),
                    y.dim(1),
                    y.dim(2),
                    w.height(),
                    w.width(),
                    w.strideHeight(),
                    w.strideWidth(),
                    w.top(),
                    w.left(),
                    op.countPadding() ? 1 : 0,
                    threads));
        };
    }
}
