package schuss.backend.cuda;

import static schuss.DType.F32;
import static schuss.DType.I32;
import static schuss.DType.U8;

import java.util.ArrayList;
import java.util.List;
import schuss.backend.Addresses;
import schuss.backend.Elementwise;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.optim.AdamFamily;
import schuss.optim.MaxNorm;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.OptimizerStep;
import schuss.optim.Sgd;

/** Updates of parameters: the common optimisers by kernels of their own, the others by their formulas. */
final class CudaOptimizers {
    private static final int THREADS_OF_UNIT = 8; // in max_norm.cu: a block of 256 has 32 units

    private CudaOptimizers() {}

    static void register(Kernels kernels, Gpu gpu, Elementwise.Engine formulas) {
        kernels.register(OptimizerStep.class, Signature.each(F32, U8, I32), (op, step, threads) -> {
            String kernel = kernel(op.optimizer());
            return kernel == null
                    ? Elementwise.optimizerStep(op, formulas, threads)
                    : at -> fused(kernel, op, step, at, gpu);
        });
        kernels.register(MaxNorm.class, Signature.of(F32, I32), (op, step, threads) -> maxNorm(op, gpu));
    }

    /** The kernel of {@code optimizers.cu} that has this optimiser's formula; null for none. */
    private static String kernel(Optimizer optimizer) {
        if (optimizer instanceof Sgd) {
            return "sgd_update";
        } else if (optimizer instanceof Momentum) {
            return "momentum_update";
        } else if (optimizer instanceof AdamFamily && optimizer.state().size() == 2) {
            return "adam_update";
        }
        return null;
    }

    private static Kernel fused(String kernel, OptimizerStep op, Step step, Addresses at, Gpu gpu) {
        long size = step.inputs().get(0).shape().size();
        int vectors = 2 + op.optimizer().state().size(); // parameters, gradients, state; then groups, coefficients
        Launch.Builder launch = gpu.launch("optimizers", kernel).over(size);
        for (int i = 0; i < vectors + 2; i++) {
            launch.pointer(at.input(i));
        }
        return launch.pointer(op.terms().scaled() ? at.input(vectors + 3) : 0)
                .float32((float) op.terms().limit())
                .pointer(at.input(vectors + 2))
                .int64(size)
                .build();
    }

    private static Prepared maxNorm(MaxNorm op, Gpu gpu) {
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
