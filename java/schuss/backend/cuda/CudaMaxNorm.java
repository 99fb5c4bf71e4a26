package schuss.backend.cuda;

import static schuss.DType.F32;
import static schuss.DType.I32;

import java.util.ArrayList;
import java.util.List;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.optim.MaxNorm;

/** The limit of units' incoming weights, part by part. */
final class CudaMaxNorm {
    private static final int THREADS_OF_UNIT = 8; // in max_norm.cu: a block of 256 has 32 units

    private CudaMaxNorm() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(MaxNorm.class, Signature.of(F32, I32), (op, step, threads) -> prepare(op, gpu));
    }

    private static Prepared prepare(MaxNorm op, Gpu gpu) {
        return at -> {
            List<Kernel> parts = new ArrayList<>();
            for (MaxNorm.Part part : op.parts()) {
                parts.add(gpu.launch("max_norm", "max_norm")
                        .over(THREADS_OF_UNIT * part.units())
                        .pointer(at.input(0) + part.from() * Float.BYTES)
                        .int64(part.incoming())
                        .int64(part.units())
                        .float64(part.limit())
                        .pointer(at.input(1))
                        .build());
            }
            return new Sequence(parts);
        };
    }
}
