package schuss.backend.cpu;

import java.util.List;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.BatchNorm;
import schuss.ops.FusedBatchNorm;
import schuss.ops.GroupNorm;
import schuss.ops.Op;
import schuss.passes.Requirements;

/** Batch and group normalisation. Batch norm is group norm of one example with a group for each channel. */
final class CpuNormalization {
    private CpuNormalization() {}

    static void register(Kernels kernels) {
        kernels.register(
                BatchNorm.class,
                Signature.ALL_F32,
                (op, step, threads) -> batchNorm(op.epsilon(), false, false, step, threads));
        kernels.register(
                FusedBatchNorm.class,
                Signature.ALL_F32,
                (op, step, threads) -> batchNorm(op.epsilon(), op.add(), op.relu(), step, threads));
        kernels.register(GroupNorm.class, Signature.ALL_F32, CpuNormalization::groupNorm);
        kernels.register(BatchNorm.Gradient.class, Signature.ALL_F32, CpuNormalization::batchNormGradient);
        kernels.register(FusedBatchNorm.Gradient.class, Signature.ALL_F32, CpuNormalization::reluGradient);
        kernels.register(FusedBatchNorm.ResidualGradient.class, Signature.ALL_F32, CpuNormalization::residualGradient);
        kernels.register(GroupNorm.Gradient.class, Signature.ALL_F32, CpuNormalization::groupNormGradient);
    }

    /** Whether there is a kernel for what fusing made. */
    static boolean fuses(Op op) {
        return op instanceof FusedBatchNorm
                || op instanceof FusedBatchNorm.Gradient
                || op instanceof FusedBatchNorm.ResidualGradient;
    }

    /** x as (batch, rows, channels), whose channels are normalised by groups. */
    private record Groups(long batch, long rows, long channels, long groups, double epsilon, int threads) {
        static Groups ofBatch(Step step, double epsilon, int threads) {
            Shape x = step.inputs().get(0).shape();
            long channels = x.dim(-1);
            return new Groups(1, x.size() / channels, channels, channels, epsilon, threads);
        }

        static Groups of(Step step, int groups, double epsilon, int threads) {
            Shape x = step.inputs().get(0).shape();
            long channels = x.dim(-1);
            long rows = x.size() / x.dim(0) / channels;
            return new Groups(x.dim(0), rows, channels, groups, epsilon, threads);
        }

        Requirements needs(Integer... overwrites) {
            return new Requirements(Native.schuss_group_norm_scratch(batch, rows, channels), List.of(overwrites));
        }

        void forward(Addresses at, long residual, boolean relu) {
            Native.check(Native.schuss_group_norm_forward(
                    at.input(0),
                    at.input(1),
                    at.input(2),
                    residual,
                    at.output(0),
                    at.output(1),
                    at.output(2),
                    at.scratch(),
                    batch,
                    rows,
                    channels,
                    groups,
                    epsilon,
                    relu ? 1 : 0,
                    threads));
        }

        /**
         * The gradient.
         *
         * @param mean which input is the mean; the variance follows it
         * @param dy which input is dy
         * @param shift 0, or the address of the shift of a masked gradient
         * @param y 0, or the address of the output of a masked gradient with a residual
         * @param moreDy 0, or the address of what is to be added to dy
         * @param masked 0, or where the residual's gradient goes
         */
        void backward(Addresses at, int mean, int dy, long shift, long y, long moreDy, long masked) {
            Native.check(Native.schuss_group_norm_backward(
                    at.input(0),
                    at.input(1),
                    shift,
                    at.input(mean),
                    at.input(mean + 1),
                    y,
                    at.input(dy),
                    moreDy,
                    at.output(0),
                    at.output(1),
                    at.output(2),
                    masked,
                    at.scratch(),
                    batch,
                    rows,
                    channels,
                    groups,
                    epsilon,
                    threads));
        }
    }

    private static Prepared batchNorm(double epsilon, boolean add, boolean relu, Step step, int threads) {
        Groups groups = Groups.ofBatch(step, epsilon, threads);
        Prepared prepared = at -> {
            long residual = add ? at.input(3) : 0;
            return () -> groups.forward(at, residual, relu);
        };
        return prepared.withNeeds(add ? groups.needs(3) : groups.needs());
    }

    private static Prepared groupNorm(GroupNorm op, Step step, int threads) {
        Groups groups = Groups.of(step, op.groups(), op.epsilon(), threads);
        Prepared prepared = at -> () -> groups.forward(at, 0, false);
        return prepared.withNeeds(groups.needs());
    }

    private static Prepared batchNormGradient(BatchNorm.Gradient op, Step step, int threads) {
        return plainGradient(Groups.ofBatch(step, op.epsilon(), threads));
    }

    private static Prepared groupNormGradient(GroupNorm.Gradient op, Step step, int threads) {
        return plainGradient(Groups.of(step, op.groups(), op.epsilon(), threads));
    }

    private static Prepared plainGradient(Groups groups) {
        Prepared prepared = at -> () -> groups.backward(at, 2, 4, 0, 0, 0, 0);
        return prepared.withNeeds(groups.needs(4));
    }

    private static Prepared reluGradient(FusedBatchNorm.Gradient op, Step step, int threads) {
        Groups groups = Groups.ofBatch(step, op.epsilon(), threads);
        Prepared prepared = at -> {
            long shift = at.input(2);
            return () -> groups.backward(at, 3, 5, shift, 0, 0, 0);
        };
        return prepared.withNeeds(groups.needs(5));
    }

    private static Prepared residualGradient(FusedBatchNorm.ResidualGradient op, Step step, int threads) {
        Groups groups = Groups.ofBatch(step, op.epsilon(), threads);
        boolean two = op.terms() == 2;
        Prepared prepared = at -> {
            long moreDy = two ? at.input(6) : 0;
            return () -> groups.backward(at, 2, 5, 0, at.input(4), moreDy, at.output(3));
        };
        // dy is read before dx is written: its place may be taken, and y's too
        return prepared.withNeeds(two ? groups.needs(5, 6, 4) : groups.needs(5, 4));
    }
}
