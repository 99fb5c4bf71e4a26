package schuss.backend.cuda.convolution;

import schuss.backend.Kernel;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;
import schuss.backend.kernels.ConvolutionTask;

/**
 * A convolution by our own kernels that follow the formula, simple and slow. Other methods are compared with it, and it
 * computes groups that the library does not support.
 */
record DirectConvolution(Gpu gpu, ConvolutionTask task) implements ConvolutionMethod {
    private static final int RUN = 32; // output channels of a block of the weight gradient

    @Override
    public boolean libraryWeights() {
        return false;
    }

    @Override
    public long workspaceBytes() {
        return 0;
    }

    @Override
    public Kernel bind(long x, long w, long y, long workspace) {
        return switch (task.pass()) {
            case FORWARD ->
                build(
                        gpu.launch("convolution", "convolution_forward")
                                .over(task.y().size()),
                        x,
                        w,
                        y);
            case DATA_GRADIENT ->
                build(
                        gpu.launch("convolution", "convolution_data_gradient")
                                .over(task.x().size()),
                        y,
                        w,
                        x);
            case WEIGHT_GRADIENT ->
                build(gpu.launch("convolution", "convolution_weight_gradient").grid(runs()), x, y, w);
        };
    }

    private long runs() {
        long out = task.w().dim(3);
        return task.w().size() / out * ((out + RUN - 1) / RUN);
    }

    private Kernel build(Launch.Builder launch, long first, long second, long result) {
        return launch.pointer(first)
                .pointer(second)
                .pointer(result)
                .int64s(task.sizes())
                .build();
    }

    @Override
    public void close() {}
}
