package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.I32;

import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.CrossEntropy;

/** Cross-entropy and its gradient, bound to the native functions of the same names. */
final class CpuCrossEntropy {
    private static final long NONE = Long.MIN_VALUE; // no i32 label equals it

    private CpuCrossEntropy() {}

    static void register(Kernels kernels) {
        kernels.register(CrossEntropy.class, Signature.each(F32, I32), CpuCrossEntropy::forward);
        kernels.register(CrossEntropy.Gradient.class, Signature.each(F32, I32), CpuCrossEntropy::backward);
    }

    private static long ignored(CrossEntropy op) {
        return op.ignored() == null ? NONE : op.ignored();
    }

    /** The address of the class weights, which come last where there are any. */
    private static long classWeights(Step step, int index, Addresses at) {
        return step.inputs().size() > index ? at.input(index) : 0;
    }

    private static Prepared forward(CrossEntropy op, Step step, int threads) {
        Shape shape = step.inputs().get(0).shape();
        int rows = shape.dim(0);
        int classes = shape.dim(1);
        int kind = op.logProbabilities() ? 1 : 0;
        float smoothing = (float) op.smoothing();
        long ignored = ignored(op);
        return at -> {
            long scores = at.input(0);
            long labels = at.input(1);
            long weights = classWeights(step, 2, at);
            long loss = at.output(0);
            long weight = at.output(1);
            long maximum = at.output(2);
            long sum = at.output(3);
            return () -> Native.check(Native.schuss_cross_entropy_forward(
                    scores, labels, weights, loss, weight, maximum, sum, rows, classes, kind, smoothing, ignored,
                    threads));
        };
    }

    private static Prepared backward(CrossEntropy.Gradient op, Step step, int threads) {
        Shape shape = step.inputs().get(0).shape();
        int rows = shape.dim(0);
        int classes = shape.dim(1);
        int kind = op.of().logProbabilities() ? 1 : 0;
        float smoothing = (float) op.of().smoothing();
        long ignored = ignored(op.of());
        return at -> {
            long scores = at.input(0);
            long labels = at.input(1);
            long maximum = at.input(2);
            long sum = at.input(3);
            long dLoss = at.input(4);
            long weights = classWeights(step, 5, at);
            long dScores = at.output(0);
            return () -> Native.check(Native.schuss_cross_entropy_backward(
                    scores, labels, maximum, sum, dLoss, weights, dScores, rows, classes, kind, smoothing, ignored,
                    threads));
        };
    }
}
