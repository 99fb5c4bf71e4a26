package schuss.backend.cuda.pointwise;

import org.bytedeco.cuda.cudart.CUfunc_st;
import schuss.backend.Kernel;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;
import schuss.backend.cuda.runtime.RuntimeKernels;
import schuss.backend.kernels.Elementwise;

/** Element-wise formulas compiled for the GPU, each to a kernel of its own. */
public final class CompiledPointwise implements Elementwise.Engine {
    private static final int VECTOR = 4;

    private final Gpu gpu;
    private final RuntimeKernels kernels;

    public CompiledPointwise(Gpu gpu) {
        this.gpu = gpu;
        kernels = new RuntimeKernels(gpu.modules(), PointwiseSource.HEADER);
    }

    @Override
    public Elementwise.Formula prepare(Elementwise formulas, int threads) {
        Elementwise merged = formulas.merged();
        PointwiseSource source = PointwiseSource.of(merged);
        kernels.announce(source.kernel(), source.text());
        return (inputs, outputs, skip) -> bind(merged, source, inputs, outputs, skip);
    }

    private Kernel bind(Elementwise formulas, PointwiseSource source, long[] inputs, long[] outputs, long skip) {
        CUfunc_st function = kernels.function(source.kernel());
        long size = formulas.size();
        Launch.Builder launch = new Launch.Builder(gpu, "formula " + source.kernel(), function)
                .over(source.vector() ? (size + VECTOR - 1) / VECTOR : size);
        for (long input : inputs) {
            launch.pointer(input);
        }
        for (long output : outputs) {
            launch.pointer(output);
        }
        launch.pointer(skip).int64(size);
        long[] extents = formulas.extents();
        for (int axis = 1; axis < extents.length; axis++) {
            if (size <= Integer.MAX_VALUE) {
                launch.int32((int) extents[axis]);
            } else {
                launch.int64(extents[axis]);
            }
        }
        return launch.build();
    }
}
