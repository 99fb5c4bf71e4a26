package schuss.backend.cuda;

import static schuss.DType.F32;
import static schuss.DType.I64;

import java.util.List;
import schuss.Shape;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.Dropout;
import schuss.ops.Normal;
import schuss.passes.Needs;

/** Random numbers, four to a thread: what one call of the generator gives. */
final class CudaRandom {
    private static final int DRAWS = 4;

    private CudaRandom() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(Dropout.class, Signature.of(F32, I64), (op, step, threads) -> dropout(op, step, gpu));
        kernels.register(Normal.class, Signature.of(I64), (op, step, threads) -> normal(op, gpu));
    }

    private static Prepared dropout(Dropout op, Step step, Gpu gpu) {
        Shape shape = step.inputs().get(0).shape();
        long channels = op.channels(shape);
        long groups = shape.size() / channels / op.shared();
        Prepared prepared = at -> gpu.launch("dropout", "dropout")
                .over(calls(groups * channels))
                .pointer(at.input(0))
                .pointer(at.output(0))
                .pointer(at.input(1))
                .int32(op.stream())
                .float32((float) op.rate())
                .float32((float) op.scale())
                .int64(groups)
                .int64(op.shared())
                .int64(channels)
                .build();
        return prepared.withNeeds(new Needs(0, List.of(0)));
    }

    private static Prepared normal(Normal op, Gpu gpu) {
        long size = op.shape().size();
        return at -> gpu.launch("normal", "normal")
                .over(calls(size))
                .pointer(at.input(0))
                .pointer(at.output(0))
                .int32(op.stream())
                .float32((float) op.standardDeviation())
                .int64(size)
                .build();
    }

    private static long calls(long draws) {
        return (draws + DRAWS - 1) / DRAWS;
    }
}
