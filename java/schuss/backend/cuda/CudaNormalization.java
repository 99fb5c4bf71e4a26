package schuss.backend.cuda;

import java.util.ArrayList;
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
import schuss.ops.BatchNorm;
import schuss.ops.FusedBatchNorm;
import schuss.ops.GroupNorm;
import schuss.ops.Op;
import schuss.passes.Requirements;

/** Batch and group normalisation. Batch norm is group norm of one example with a group for each channel. */
final class CudaNormalization {
    private static final String FILE = "group_norm";
    private static final int PAIR_BYTES = 2 * Double.BYTES;
    private static final int LINE_BYTES = 2 * Float.BYTES;
    private static final int WARP = 32;

    private CudaNormalization() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(
                BatchNorm.class,
                Signature.ALL_F32,
                (op, step, threads) -> batchNorm(op.epsilon(), false, false, step, gpu));
        kernels.register(
                FusedBatchNorm.class,
                Signature.ALL_F32,
                (op, step, threads) -> batchNorm(op.epsilon(), op.add(), op.relu(), step, gpu));
        kernels.register(GroupNorm.class, Signature.ALL_F32, (op, step, threads) -> {
            Groups groups = Groups.of(step, op.groups(), op.epsilon(), gpu);
            Prepared prepared = at -> groups.forward(at, 0, false);
            return prepared.withNeeds(groups.needs());
        });
        kernels.register(
                BatchNorm.Gradient.class,
                Signature.ALL_F32,
                (op, step, threads) -> plainGradient(Groups.ofBatch(step, op.epsilon(), gpu)));
        kernels.register(
                GroupNorm.Gradient.class,
                Signature.ALL_F32,
                (op, step, threads) -> plainGradient(Groups.of(step, op.groups(), op.epsilon(), gpu)));
        kernels.register(
                FusedBatchNorm.Gradient.class, Signature.ALL_F32, (op, step, threads) -> reluGradient(op, step, gpu));
        kernels.register(
                FusedBatchNorm.ResidualGradient.class,
                Signature.ALL_F32,
                (op, step, threads) -> residualGradient(op, step, gpu));
    }

    /** Whether there is a kernel for what fusing made. */
    static boolean fuses(Op op) {
        return op instanceof FusedBatchNorm
                || op instanceof FusedBatchNorm.Gradient
                || op instanceof FusedBatchNorm.ResidualGradient;
    }

    /** x as (batch, rows, channels), whose channels are normalised by groups. */
    private record Groups(Columns columns, long groups, double epsilon, Gpu gpu) {
        static Groups ofBatch(Step step, double epsilon, Gpu gpu) {
            Shape x = step.inputs().get(0).shape();
            long channels = x.dim(-1);
            return new Groups(Columns.inParts(1, x.size() / channels, channels), channels, epsilon, gpu);
        }

        static Groups of(Step step, int groups, double epsilon, Gpu gpu) {
            Shape x = step.inputs().get(0).shape();
            long channels = x.dim(-1);
            long rows = x.size() / x.dim(0) / channels;
            return new Groups(Columns.inParts(x.dim(0), rows, channels), groups, epsilon, gpu);
        }

        /** Scratch memory: the parts' sums, the channels' sums unless they are the same, a line for each group. */
        Requirements needs(Integer... overwrites) {
            return new Requirements(lines(0) + columns.outer() * groups * LINE_BYTES, List.of(overwrites));
        }

        private boolean merges() {
            return columns.parts() > 1;
        }

        private long sums(long scratch) {
            return merges() ? scratch + columns.results() * PAIR_BYTES : scratch;
        }

        private long lines(long scratch) {
            return sums(scratch) + columns.outer() * columns.columns() * PAIR_BYTES;
        }

        /** The kernels' GroupSizes. */
        private long[] sizes(Columns of) {
            return new long[] {of.outer(), of.rows(), of.columns(), groups, of.partRows(), of.width()};
        }

        private Launch.Builder overParts(String kernel) {
            return columns.launch(gpu, FILE, kernel);
        }

        private Launch.Builder overGroups(String kernel) {
            return gpu.launch(FILE, kernel).over(WARP * columns.outer() * groups);
        }

        /** The channels' sums from those of the parts. */
        private void addMerge(List<Kernel> kernels, long scratch) {
            if (merges()) {
                Columns parts = Columns.whole(columns.outer(), columns.parts(), columns.columns());
                kernels.add(parts.launch(gpu, FILE, "group_norm_merge")
                        .pointer(scratch)
                        .pointer(sums(scratch))
                        .int64s(sizes(parts))
                        .build());
            }
        }

        Kernel forward(Addresses at, long residual, boolean relu) {
            List<Kernel> kernels = new ArrayList<>();
            kernels.add(overParts("group_norm_sums")
                    .pointer(at.input(0))
                    .pointer(at.scratch())
                    .int64s(sizes(columns))
                    .build());
            addMerge(kernels, at.scratch());
            kernels.add(overGroups("group_norm_moments")
                    .pointer(at.input(0))
                    .pointer(sums(at.scratch()))
                    .pointer(at.output(1))
                    .pointer(at.output(2))
                    .int64s(sizes(columns))
                    .build());
            kernels.add(overParts("group_norm_forward")
                    .pointer(at.input(0))
                    .pointer(at.input(1))
                    .pointer(at.input(2))
                    .pointer(residual)
                    .pointer(at.output(1))
                    .pointer(at.output(2))
                    .pointer(at.output(0))
                    .int64s(sizes(columns))
                    .float64(epsilon)
                    .int32(relu ? 1 : 0)
                    .build());
            return new Sequence(kernels);
        }

        /**
         * The gradient.
         *
         * @param mean where the mean is; the variance is the input behind it
         * @param dy where dy is
         * @param shift 0, or the shift of a masked gradient
         * @param masking what a gradient with a residual is masked by and brings about
         */
        Kernel backward(Addresses at, int mean, int dy, long shift, Masking masking) {
            List<Kernel> kernels = new ArrayList<>();
            kernels.add(statistics(overParts("group_norm_slope_sums"), at, shift, mean)
                    .pointer(masking.y)
                    .pointer(at.input(dy))
                    .pointer(masking.moreDy)
                    .pointer(masking.masked)
                    .pointer(at.scratch())
                    .int64s(sizes(columns))
                    .float64(epsilon)
                    .build());
            addMerge(kernels, at.scratch());
            kernels.add(overGroups("group_norm_lines")
                    .pointer(sums(at.scratch()))
                    .pointer(at.input(1))
                    .pointer(at.input(mean + 1))
                    .pointer(lines(at.scratch()))
                    .int64s(sizes(columns))
                    .float64(epsilon)
                    .build());
            kernels.add(gpu.launch(FILE, "group_norm_parameter_gradients")
                    .over(columns.columns())
                    .pointer(sums(at.scratch()))
                    .pointer(at.input(mean + 1))
                    .pointer(at.output(1))
                    .pointer(at.output(2))
                    .int64s(sizes(columns))
                    .float64(epsilon)
                    .build());
            kernels.add(statistics(overParts("group_norm_input_gradient"), at, shift, mean)
                    .pointer(masking.masked != 0 ? masking.masked : at.input(dy))
                    .pointer(lines(at.scratch()))
                    .pointer(at.output(0))
                    .int64s(sizes(columns))
                    .float64(epsilon)
                    .build());
            return new Sequence(kernels);
        }

        /** x, scale, shift, mean and variance. */
        private static Launch.Builder statistics(Launch.Builder kernel, Addresses at, long shift, int mean) {
            return kernel.pointer(at.input(0))
                    .pointer(at.input(1))
                    .pointer(shift)
                    .pointer(at.input(mean))
                    .pointer(at.input(mean + 1));
        }
    }

    /**
     * Addresses of a gradient that its op's output masks; 0 for none.
     *
     * @param y the output
     * @param moreDy what is to be added to dy
     * @param masked where the residual's gradient goes
     */
    private record Masking(long y, long moreDy, long masked) {
        static final Masking NONE = new Masking(0, 0, 0);
    }

    private static Prepared batchNorm(double epsilon, boolean add, boolean relu, Step step, Gpu gpu) {
        Groups groups = Groups.ofBatch(step, epsilon, gpu);
        Prepared prepared = at -> groups.forward(at, add ? at.input(3) : 0, relu);
        return prepared.withNeeds(add ? groups.needs(3) : groups.needs());
    }

    private static Prepared plainGradient(Groups groups) {
        Prepared prepared = at -> groups.backward(at, 2, 4, 0, Masking.NONE);
        return prepared.withNeeds(groups.needs(4));
    }

    private static Prepared reluGradient(FusedBatchNorm.Gradient op, Step step, Gpu gpu) {
        Groups groups = Groups.ofBatch(step, op.epsilon(), gpu);
        Prepared prepared = at -> groups.backward(at, 3, 5, at.input(2), Masking.NONE);
        return prepared.withNeeds(groups.needs(5));
    }

    private static Prepared residualGradient(FusedBatchNorm.ResidualGradient op, Step step, Gpu gpu) {
        Groups groups = Groups.ofBatch(step, op.epsilon(), gpu);
        boolean two = op.terms() == 2;
        Prepared prepared =
                at -> groups.backward(at, 2, 5, 0, new Masking(at.input(4), two ? at.input(6) : 0, at.output(3)));
        // dy is read before dx is written: its place may be taken, and y's too
        return prepared.withNeeds(two ? groups.needs(5, 6, 4) : groups.needs(5, 4));
    }
}
