package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.I32;

import java.util.ArrayList;
import java.util.List;
import schuss.backend.Elementwise;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Reduction;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.ir.Step;
import schuss.ops.Constant;
import schuss.ops.Guard;
import schuss.ops.Reduce;
import schuss.optim.MaxNorm;
import schuss.passes.Needs;

/** Our own kernels by op. Each is bound to a call of the native function of the same name. */
final class CpuOps {
    private static final List<Integer> FIRST = List.of(0);

    private CpuOps() {}

    static void register(Kernels kernels) {
        Elementwise.register(kernels, CpuPointwise::prepare);
        kernels.register(Constant.class, Signature.NONE, (op, step, threads) -> constant(op));
        kernels.register(Reduce.class, Signature.ALL_F32, CpuOps::reduce);
        kernels.register(Guard.class, Signature.of(F32, F32, I32), (op, step, threads) -> guard(step, threads));
        kernels.register(MaxNorm.class, Signature.of(F32, I32), CpuOps::maxNorm);
    }

    private static long size(Step step, int input) {
        return step.inputs().get(input).shape().size();
    }

    private static Prepared constant(Constant op) {
        byte[] values = new byte[Math.toIntExact(op.value().type().bytes())];
        op.value().bytes().get(values);
        return at -> {
            long bound = Native.schuss_constant_bind(values, values.length, at.output(0));
            return new Bound(Bound.checked(bound), Native::schuss_constant_run, Native::schuss_constant_free);
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
}
