package schuss.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.kernels.Reduction;
import schuss.ir.Step;
import schuss.ops.Reduce;
import schuss.passes.Requirements;

/** Sums along axes. */
final class CpuReductions {
    private CpuReductions() {}

    static void register(Kernels kernels) {
        kernels.register(Reduce.class, Signature.ALL_F32, CpuReductions::reduce);
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
        return prepared.withNeeds(Requirements.scratch(scratch));
    }

    private static Kernel sum(long x, long y, Reduction pass, float scale, int threads) {
        long outer = pass.outer();
        long reduced = pass.reduced();
        long inner = pass.inner();
        return () -> Native.check(Native.schuss_sum(x, y, outer, reduced, inner, scale, threads));
    }
}
