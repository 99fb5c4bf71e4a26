package schuss.backend.cuda;

import java.util.List;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;
import schuss.ir.Step;
import schuss.ops.LayerNorm;
import schuss.passes.Requirements;

/** Layer normalisation with one block per row; the gradients of scale and shift are sums of columns. */
final class CudaLayerNorm {
    private static final String FILE = "layer_norm";
    private static final int PAIR_BYTES = 2 * Double.BYTES;

    private CudaLayerNorm() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(LayerNorm.class, Signature.ALL_F32, (op, step, threads) -> forward(op, step, gpu));
        kernels.register(LayerNorm.Gradient.class, Signature.ALL_F32, (op, step, threads) -> backward(op, step, gpu));
    }

    /** x as (1, rows, columns): columns of what is normalised together. */
    private static Columns columns(Step step, int axes) {
        Shape x = step.inputs().get(0).shape();
        long columns = 1;
        for (int i = 1; i <= axes; i++) {
            columns *= x.dim(-i);
        }
        return Columns.inParts(1, x.size() / columns, columns);
    }

    private static Launch.Builder overRows(String kernel, Columns x, Gpu gpu) {
        int block = Columns.blockOfRow(x.columns());
        return gpu.launch(FILE, kernel).block(block).over(x.rows() * block);
    }

    private static Prepared forward(LayerNorm op, Step step, Gpu gpu) {
        Columns x = columns(step, op.axes());
        return at -> overRows("layer_norm_forward", x, gpu)
                .pointer(at.input(0))
                .pointer(at.input(1))
                .pointer(at.input(2))
                .pointer(at.output(0))
                .pointer(at.output(1))
                .pointer(at.output(2))
                .int64(x.rows())
                .int64(x.columns())
                .float64(op.epsilon())
                .build();
    }

    private static Prepared backward(LayerNorm.Gradient op, Step step, Gpu gpu) {
        Columns x = columns(step, op.axes());
        // dx may take dy's place, so it comes last
        Prepared prepared = at -> new Sequence(List.of(
                slopeSums(x, op.epsilon(), at, gpu),
                parameterGradients(x, at, gpu),
                inputGradient(x, op.epsilon(), at, gpu)));
        return prepared.withNeeds(new Requirements(x.results() * PAIR_BYTES, List.of(4)));
    }

    private static Kernel slopeSums(Columns x, double epsilon, Addresses at, Gpu gpu) {
        return x.launch(gpu, FILE, "layer_norm_slope_sums")
                .pointer(at.input(0))
                .pointer(at.input(2))
                .pointer(at.input(3))
                .pointer(at.input(4))
                .pointer(at.scratch())
                .int64(x.rows())
                .int64(x.columns())
                .int64(x.partRows())
                .int64(x.width())
                .float32((float) epsilon)
                .build();
    }

    private static Kernel parameterGradients(Columns x, Addresses at, Gpu gpu) {
        Columns parts = Columns.whole(1, x.parts(), x.columns());
        return parts.launch(gpu, FILE, "layer_norm_parameter_gradients")
                .pointer(at.scratch())
                .pointer(at.output(1))
                .pointer(at.output(2))
                .int64(parts.rows())
                .int64(parts.columns())
                .int64(parts.width())
                .build();
    }

    private static Kernel inputGradient(Columns x, double epsilon, Addresses at, Gpu gpu) {
        return overRows("layer_norm_input_gradient", x, gpu)
                .pointer(at.input(0))
                .pointer(at.input(1))
                .pointer(at.input(2))
                .pointer(at.input(3))
                .pointer(at.input(4))
                .pointer(at.output(0))
                .int64(x.rows())
                .int64(x.columns())
                .float64(epsilon)
                .build();
    }
}
