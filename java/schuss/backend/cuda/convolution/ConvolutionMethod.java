package schuss.backend.cuda.convolution;

import schuss.backend.Kernel;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.kernels.ConvolutionTask;

/** A way to compute one convolution or gradient of given sizes. */
public interface ConvolutionMethod extends AutoCloseable {
    /** By the best of our own kernels. */
    static ConvolutionMethod ours(Gpu gpu, ConvolutionTask task) {
        return TiledConvolution.can(task) ? new TiledConvolution(gpu, task) : new DirectConvolution(gpu, task);
    }

    /** Whether it reads and writes weights in the library's form, (out, kernelH, kernelW, in / groups), not in ours. */
    boolean libraryWeights();

    long workspaceBytes();

    /** Reads two of the three and writes the one that is asked for; w is the weights or their gradient, y may be dy. */
    Kernel bind(long x, long w, long y, long workspace);

    @Override
    void close();
}
