package schuss.backend.cuda;

import static schuss.DType.F32;
import static schuss.DType.I32;

import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.CrossEntropy;

/** Cross-entropy and its gradient, a block to a row. */
final class CudaCrossEntropy {
    private static final long NONE = Long.MIN_VALUE; // no i32 label equals it

    private CudaCrossEntropy() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(CrossEntropy.class, Signature.each(F32, I32), (op, step, threads) -> forward(op, step, gpu));
        kernels.register(
                CrossEntropy.Gradient.class,
                Signature.each(F32, I32),
                (op, step, threads) -> backward(op.of(), step, gpu));
    }

    /** The address of the class weights, which come last where there are any. */
    private static long classWeights(Step step, int index, Addresses at) {
        return step.inputs().size() > index ? at.input(index) : 0;
    }

    private static Launch.Builder launch(String kernel, Shape scores, Gpu gpu) {
        int block = Columns.blockOfRow(scores.dim(1));
        return gpu.launch("cross_entropy", kernel).block(block).over((long) scores.dim(0) * block);
    }

    /** What both kernels take last. */
    private static Launch.Builder withSizes(Launch.Builder kernel, CrossEntropy op, Shape scores) {
        return kernel.int64(scores.dim(0))
                .int64(scores.dim(1))
                .int32(op.logProbabilities() ? 1 : 0)
                .float32((float) op.smoothing())
                .int64(op.ignored() == null ? NONE : op.ignored());
    }

    private static Prepared forward(CrossEntropy op, Step step, Gpu gpu) {
        Shape scores = step.inputs().get(0).shape();
        return at -> {
            Launch.Builder kernel = launch("cross_entropy_forward", scores, gpu)
                    .pointer(at.input(0))
                    .pointer(at.input(1))
                    .pointer(classWeights(step, 2, at));
            for (int output = 0; output < step.outputs().size(); output++) {
                kernel.pointer(at.output(output));
            }
            return withSizes(kernel, op, scores).build();
        };
    }

    private static Prepared backward(CrossEntropy op, Step step, Gpu gpu) {
        Shape scores = step.inputs().get(0).shape();
        return at -> {
            Launch.Builder kernel = launch("cross_entropy_backward", scores, gpu);
            for (int input = 0; input < 5; input++) {
                kernel.pointer(at.input(input));
            }
            kernel.pointer(classWeights(step, 5, at)).pointer(at.output(0));
            return withSizes(kernel, op, scores).build();
        };
    }
}
