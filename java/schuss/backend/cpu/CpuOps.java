package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.F64;
import static schuss.DType.I32;
import static schuss.DType.I64;
import static schuss.DType.U8;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;
import schuss.backend.Elementwise;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Reduction;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.Accumulate;
import schuss.ops.Constant;
import schuss.ops.Dropout;
import schuss.ops.Fill;
import schuss.ops.Guard;
import schuss.ops.Iota;
import schuss.ops.LogSoftmax;
import schuss.ops.Matches;
import schuss.ops.Reduce;
import schuss.ops.Softmax;
import schuss.optim.AdamFamily;
import schuss.optim.MaxNorm;
import schuss.optim.Momentum;
import schuss.optim.OptimizerStep;
import schuss.optim.Sgd;
import schuss.passes.Needs;

/** Our own kernels by op. Each is bound to a call of the native function of the same name. */
final class CpuOps {
    private static final List<Integer> FIRST = List.of(0);

    private CpuOps() {}

    static void register(Kernels kernels) {
        Elementwise.register(kernels, CpuPointwise::prepare);
        kernels.register(Fill.class, Signature.NONE, CpuOps::fill);
        kernels.register(Constant.class, Signature.NONE, (op, step, threads) -> constant(op));
        kernels.register(Iota.class, Signature.NONE, (op, step, threads) -> iota(op, threads));
        kernels.register(Reduce.class, Signature.ALL_F32, CpuOps::reduce);
        kernels.register(Softmax.class, Signature.ALL_F32, (op, step, threads) -> softmax(step, threads));
        kernels.register(LogSoftmax.class, Signature.ALL_F32, (op, step, threads) -> logSoftmax(step, threads));
        CpuCrossEntropy.register(kernels);
        kernels.register(Dropout.class, Signature.of(F32, I64), CpuOps::dropout);
        kernels.register(Matches.class, Signature.of(F32, I32), (op, step, threads) -> matches(step, threads));
        kernels.register(Accumulate.class, Signature.of(F32, F64, I32), CpuOps::accumulate);
        kernels.register(Guard.class, Signature.of(F32, F32, I32), (op, step, threads) -> guard(step, threads));
        kernels.register(OptimizerStep.class, Signature.each(F32, U8, I32), CpuOps::optimizerStep);
        kernels.register(MaxNorm.class, Signature.of(F32, I32), CpuOps::maxNorm);
    }

    private static long rows(Step step) {
        Shape x = step.inputs().get(0).shape();
        return x.size() / x.dim(-1);
    }

    private static long columns(Step step) {
        return step.inputs().get(0).shape().dim(-1);
    }

    private static long size(Step step, int input) {
        return step.inputs().get(input).shape().size();
    }

    private static Prepared fill(Fill op, Step step, int threads) {
        long size = op.shape().size();
        float value = (float) op.value();
        return at -> {
            long y = at.output(0);
            return () -> Native.schuss_fill(y, value, size, threads);
        };
    }

    private static Prepared constant(Constant op) {
        byte[] values = new byte[Math.toIntExact(op.value().type().bytes())];
        op.value().bytes().get(values);
        return at -> {
            long bound = Native.schuss_constant_bind(values, values.length, at.output(0));
            return new Bound(Bound.checked(bound), Native::schuss_constant_run, Native::schuss_constant_free);
        };
    }

    private static Prepared iota(Iota op, int threads) {
        Reduction along = Reduction.along(op.shape(), op.axis());
        int type = Elementwise.codes(List.of(op.dtype()))[0];
        long outer = along.outer();
        long extent = along.reduced();
        long inner = along.inner();
        return at -> {
            long y = at.output(0);
            return () -> Native.check(Native.schuss_iota(y, type, outer, extent, inner, threads));
        };
    }

    private static Prepared softmax(Step step, int threads) {
        long rows = rows(step);
        long columns = columns(step);
        Prepared prepared = at -> {
            long x = at.input(0);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_softmax_forward(x, y, rows, columns, threads));
        };
        return prepared.withNeeds(new Needs(0, FIRST));
    }

    private static Prepared logSoftmax(Step step, int threads) {
        long rows = rows(step);
        long columns = columns(step);
        Prepared prepared = at -> {
            long x = at.input(0);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_log_softmax_forward(x, y, rows, columns, threads));
        };
        return prepared.withNeeds(new Needs(0, FIRST));
    }

    private static Prepared dropout(Dropout op, Step step, int threads) {
        Shape shape = step.inputs().get(0).shape();
        float rate = (float) op.rate();
        float scale = (float) op.scale();
        long channels = op.channels(shape);
        long groups = shape.size() / channels / op.shared();
        Prepared prepared = at -> {
            long x = at.input(0);
            long random = at.input(1);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_dropout(
                    x, y, random, op.stream(), rate, scale, groups, op.shared(), channels, threads));
        };
        return prepared.withNeeds(new Needs(0, FIRST));
    }

    private static Prepared matches(Step step, int threads) {
        long rows = rows(step);
        long classes = columns(step);
        return at -> {
            long scores = at.input(0);
            long labels = at.input(1);
            long correct = at.output(0);
            return () -> Native.check(Native.schuss_accuracy(scores, labels, correct, rows, classes, threads));
        };
    }

    private static Prepared accumulate(Accumulate op, Step step, int threads) {
        long size = size(step, 0);
        return at -> {
            long x = at.input(0);
            long total = at.input(1) + (long) op.index() * Double.BYTES;
            long skip = at.input(2);
            return () -> Native.check(Native.schuss_accumulate(x, total, size, skip));
        };
    }

    private static Prepared guard(Step step, int threads) {
        long size = size(step, 1);
        Prepared prepared = at -> {
            long loss = at.input(0);
            long gradients = at.input(1);
            long flag = at.input(2);
            long norm = at.output(0);
            long scratch = at.scratch();
            return () -> Native.check(Native.schuss_guard(loss, gradients, size, norm, flag, scratch, threads));
        };
        return prepared.withNeeds(Needs.scratch(Native.schuss_guard_scratch(size)));
    }

    /** One native sum a pass, the results of all but the last in scratch memory. */
    private static Prepared reduce(Reduce op, Step step, int threads) {
        List<Reduction> passes = Reduction.passes(step.inputs().get(0).shape(), op.axes());
        long scratch = 0;
        for (Reduction pass : passes.subList(0, passes.size() - 1)) {
            scratch += pass.results() * Float.BYTES;
        }
        Prepared prepared = at -> {
            if (passes.size() == 1) {
                return sum(at.input(0), at.output(0), passes.get(0), (float) op.scale(), threads);
            }
            List<Kernel> sums = new ArrayList<>();
            long from = at.input(0);
            long to = at.scratch();
            for (int i = 0; i < passes.size(); i++) {
                boolean last = i == passes.size() - 1;
                long y = last ? at.output(0) : to;
                sums.add(sum(from, y, passes.get(i), last ? (float) op.scale() : 1, threads));
                from = y;
                to += passes.get(i).results() * Float.BYTES;
            }
            return new Sequence(sums);
        };
        return prepared.withNeeds(Needs.scratch(scratch));
    }

    private static Kernel sum(long x, long y, Reduction pass, float scale, int threads) {
        long outer = pass.outer();
        long reduced = pass.reduced();
        long inner = pass.inner();
        return () -> Native.check(Native.schuss_sum(x, y, outer, reduced, inner, scale, threads));
    }

    /** The optimisers that have a fused kernel; the others' formulas are interpreted. */
    private static Prepared optimizerStep(OptimizerStep op, Step step, int threads) {
        long size = size(step, 0);
        int states = op.optimizer().state().size();
        float limit = (float) op.terms().limit();
        if (op.optimizer() instanceof Sgd) {
            return at -> {
                long[] a = inputs(at, step, op.terms());
                return () -> Native.check(
                        Native.schuss_sgd_update(a[0], a[1], a[2], a[3], a[5], limit, a[4], size, threads));
            };
        } else if (op.optimizer() instanceof Momentum) {
            return at -> {
                long[] a = inputs(at, step, op.terms());
                return () -> Native.check(
                        Native.schuss_momentum_update(a[0], a[1], a[2], a[3], a[4], a[6], limit, a[5], size, threads));
            };
        } else if (op.optimizer() instanceof AdamFamily && states == 2) {
            return at -> {
                long[] a = inputs(at, step, op.terms());
                return () -> Native.check(Native.schuss_adam_update(
                        a[0], a[1], a[2], a[3], a[4], a[5], a[7], limit, a[6], size, threads));
            };
        }
        return Elementwise.optimizerStep(op, CpuPointwise::prepare, threads);
    }

    private static Prepared maxNorm(MaxNorm op, Step step, int threads) {
        MaxNorm.Part[] parts = op.parts().toArray(MaxNorm.Part[]::new);
        return at -> {
            long parameters = at.input(0);
            long skip = at.input(1);
            return () -> {
                for (MaxNorm.Part part : parts) {
                    long weight = parameters + part.from() * Float.BYTES;
                    Native.check(
                            Native.schuss_max_norm(weight, part.incoming(), part.units(), part.limit(), skip, threads));
                }
            };
        };
    }

    /** All inputs' addresses, and 0 for a scale that is not there. */
    private static long[] inputs(schuss.backend.Addresses at, Step step, OptimizerStep.Terms terms) {
        int count = step.inputs().size();
        return java.util.stream.IntStream.range(0, count + (terms.scaled() ? 0 : 1))
                .mapToLong(i -> i < count ? at.input(i) : 0)
                .toArray();
    }
}
