package schuss.backend.cuda;

import static schuss.DType.F32;
import static schuss.DType.I32;
import static schuss.DType.U8;

import schuss.DType;
import schuss.Shape;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.AveragePool;
import schuss.ops.MaxPool;
import schuss.ops.PoolWindow;

/** Pooling, a thread to an output or pixel of a channel. */
final class CudaPooling {
    private CudaPooling() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(MaxPool.class, Signature.ALL_F32, (op, step, threads) -> maxPool(op.window(), step, gpu));
        kernels.register(
                MaxPool.Gradient.class,
                Signature.of(U8, F32),
                (op, step, threads) -> maxPoolGradient(op.window(), op.x(), step, gpu));
        kernels.register(
                MaxPool.Gradient.class,
                Signature.of(I32, F32),
                (op, step, threads) -> maxPoolGradient(op.window(), op.x(), step, gpu));
        kernels.register(AveragePool.class, Signature.ALL_F32, (op, step, threads) -> averagePool(op, step, gpu));
        kernels.register(
                AveragePool.Gradient.class,
                Signature.ALL_F32,
                (op, step, threads) -> averagePoolGradient(op, step, gpu));
        kernels.register(
                MaxPool.Pick.class, Signature.of(U8, F32), (op, step, threads) -> pick(op.window(), step, gpu));
        kernels.register(
                MaxPool.Pick.class, Signature.of(I32, F32), (op, step, threads) -> pick(op.window(), step, gpu));
    }

    /** The kernels' PoolSizes. */
    private static long[] sizes(PoolWindow w, Shape x, Shape y) {
        return new long[] {
            x.dim(0),
            x.dim(1),
            y.dim(1),
            w.height(),
            w.strideHeight(),
            w.top(),
            x.dim(2),
            y.dim(2),
            w.width(),
            w.strideWidth(),
            w.left(),
            x.dim(3)
        };
    }

    /** The kernel for what `taken` is made of. */
    private static String kernel(String stem, DType taken) {
        return taken == DType.U8 ? stem : stem + "_large";
    }

    private static Prepared maxPool(PoolWindow window, Step step, Gpu gpu) {
        Shape x = step.inputs().get(0).shape();
        Shape y = step.outputs().get(0).shape();
        String kernel = kernel("max_pool_forward", step.outputs().get(1).dtype());
        return at -> gpu.launch("max_pool", kernel)
                .over(y.size())
                .pointer(at.input(0))
                .pointer(at.output(0))
                .pointer(at.output(1))
                .int64s(sizes(window, x, y))
                .build();
    }

    private static Prepared maxPoolGradient(PoolWindow window, Shape x, Step step, Gpu gpu) {
        Shape y = step.inputs().get(1).shape();
        String kernel = kernel("max_pool_backward", step.inputs().get(0).dtype());
        return at -> gpu.launch("max_pool", kernel)
                .over(x.size())
                .pointer(at.input(0))
                .pointer(at.input(1))
                .pointer(at.output(0))
                .int64s(sizes(window, x, y))
                .build();
    }

    private static Prepared pick(PoolWindow window, Step step, Gpu gpu) {
        Shape x = step.inputs().get(1).shape();
        Shape y = step.outputs().get(0).shape();
        String kernel = kernel("max_pool_pick", step.inputs().get(0).dtype());
        return at -> gpu.launch("max_pool", kernel)
                .over(y.size())
                .pointer(at.input(0))
                .pointer(at.input(1))
                .pointer(at.output(0))
                .int64s(sizes(window, x, y))
                .build();
    }

    private static Prepared averagePool(AveragePool op, Step step, Gpu gpu) {
        Shape x = step.inputs().get(0).shape();
        Shape y = step.outputs().get(0).shape();
        return at -> gpu.launch("average_pool", "average_pool_forward")
                .over(y.size())
                .pointer(at.input(0))
                .pointer(at.output(0))
                .int64s(sizes(op.window(), x, y))
                .int32(op.countPadding() ? 1 : 0)
                .build();
    }

    private static Prepared averagePoolGradient(AveragePool.Gradient op, Step step, Gpu gpu) {
        Shape y = step.inputs().get(0).shape();
        return at -> gpu.launch("average_pool", "average_pool_backward")
                .over(op.x().size())
                .pointer(at.input(0))
                .pointer(at.output(0))
                .int64s(sizes(op.window(), op.x(), y))
                .int32(op.countPadding() ? 1 : 0)
                .build();
    }
}
