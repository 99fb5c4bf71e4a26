package schuss.backend.cuda;

import java.util.List;
import schuss.Shape;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.LogSoftmax;
import schuss.ops.Softmax;
import schuss.passes.Needs;

/** Softmax and its logarithm, a warp or block to a row. */
final class CudaSoftmax {
    private CudaSoftmax() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(Softmax.class, Signature.ALL_F32, (op, step, threads) -> rows("softmax_forward", step, gpu));
        kernels.register(
                LogSoftmax.class, Signature.ALL_F32, (op, step, threads) -> rows("log_softmax_forward", step, gpu));
    }

    private static Prepared rows(String kernel, Step step, Gpu gpu) {
        Shape x = step.inputs().get(0).shape();
        long columns = x.dim(-1);
        long rows = x.size() / columns;
        Prepared prepared = at -> gpu.launch("softmax", kernel)
                .over(32 * rows)
                .pointer(at.input(0))
                .pointer(at.output(0))
                .int64(rows)
                .int64(columns)
                .build();
        return prepared.withNeeds(new Needs(0, List.of(0)));
    }
}
