package schuss.backend.cpu;

import schuss.Shape;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.ops.Convolution;
import schuss.ops.FusedConvolution;
import schuss.program.Step;

/** Convolutions and their two gradients: by oneDNN, or by kernels of ours over OpenBLAS. */
final class CpuConvolution {
    /** In the order of the native library. */
    private enum Pass {
        FORWARD,
        DATA_GRADIENT,
        WEIGHT_GRADIENT
    }

    private final PreparedProduct.Provider provider;

    private CpuConvolution(PreparedProduct.Provider provider) {
        this.provider = provider;
    }

    static void register(Kernels kernels, boolean openBlasOnly) {
        CpuConvolution all =
                new CpuConvolution(openBlasOnly ? PreparedProduct.Provider.OURS : PreparedProduct.Provider.ONEDNN);
        kernels.register(Convolution.class, (op, step, threads) -> all.forward(op, Epilogue.NONE, step, threads));
        kernels.register(
                FusedConvolution.class,
                (op, step, threads) -> all.forward(op.product(), Epilogue.of(op), step, threads));
        kernels.register(Convolution.DataGradient.class, all::dataGradient);
        kernels.register(Convolution.WeightGradient.class, all::weightGradient);
    }

    private Prepared forward(Convolution op, Epilogue epilogue, Step step, int threads) {
        return prepare(Pass.FORWARD, op, epilogue, input(step, 0), input(step, 1), output(step), threads);
    }

    private Prepared dataGradient(Convolution.DataGradient op, Step step, int threads) {
        Shape dy = input(step, 0);
        return prepare(Pass.DATA_GRADIENT, op.of(), Epilogue.NONE, output(step), input(step, 1), dy, threads);
    }

    private Prepared weightGradient(Convolution.WeightGradient op, Step step, int threads) {
        Shape dy = input(step, 1);
        return prepare(Pass.WEIGHT_GRADIENT, op.of(), Epilogue.NONE, input(step, 0), output(step), dy, threads);
    }

    private static Shape input(Step step, int index) {
        return step.inputs().get(index).shape();
    }

    private static Shape output(Step step) {
        return step.outputs().get(0).shape();
    }

    private Prepared prepare(Pass pass, Convolution op, Epilogue epilogue, Shape x, Shape w, Shape y, int threads) {
        long[] scratch = new long[1];
        long prepared = Bound.checked(Native.schuss_convolution_prepare(
                provider.ordinal(),
                pass.ordinal(),
                sizes(op, x, w, y),
                epilogue.bias() ? 1 : 0,
                epilogue.kind().ordinal(),
                epilogue.alpha(),
                scratch,
                threads));
        return new PreparedProduct(prepared, epilogue.bias(), scratch[0]);
    }

    private static long[] sizes(Convolution op, Shape x, Shape w, Shape y) {
        return new long[] {
            x.dim(0),
            x.dim(1),
            x.dim(2),
            x.dim(3), // batch, height, width, in
            y.dim(1),
            y.dim(2),
            y.dim(3), // outHeight, outWidth, out
            w.dim(0),
            w.dim(1), // kernel
            op.strideH(),
            op.strideW(),
            op.padTop(),
            op.padBottom(),
            op.padLeft(),
            op.padRight(),
            op.dilationH(),
            op.dilationW(),
            op.groups()
        };
    }
}
