package schuss.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;
import schuss.backend.kernels.Reduction;
import schuss.ir.Step;
import schuss.ops.Max;
import schuss.ops.Reduce;
import schuss.passes.Requirements;

/**
 * Sums and maxima along axes, in passes over (outer, reduced, inner): one pass for each run of neighbouring axes, the
 * last run first, and a second pass where one block per result would leave the GPU idle.
 */
final class CudaReductions {
    private static final int SHORT = 16; // elements that one thread combines

    private CudaReductions() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(Reduce.class, Signature.ALL_F32, (op, step, threads) -> reduce(op, step, gpu));
        kernels.register(Max.class, Signature.ALL_F32, (op, step, threads) -> max(op.axis(), step, gpu));
        kernels.register(
                Max.Gradient.class, Signature.ALL_F32, (op, step, threads) -> maxGradient(op.axis(), step, gpu));
    }

    /** One kernel's share: rows of columns become one, or one for each part. */
    private record Pass(Columns columns) {
        boolean isShort() {
            return columns.rows() <= SHORT;
        }

        long results() {
            return isShort() ? columns.outer() * columns.columns() : columns.results();
        }

        /** The kernel of x and y, all but what its own op adds. */
        Launch.Builder launch(Gpu gpu, String file, String stem, long x, long y) {
            Launch.Builder kernel = isShort()
                    ? gpu.launch(file, stem + "_short").over(results())
                    : columns.launch(gpu, file, stem + "_columns");
            kernel.pointer(x)
                    .pointer(y)
                    .int64(columns.outer())
                    .int64(columns.rows())
                    .int64(columns.columns());
            return isShort() ? kernel : kernel.int64(columns.partRows()).int64(columns.width());
        }
    }

    private static List<Pass> passes(List<Reduction> reductions) {
        List<Pass> passes = new ArrayList<>();
        for (Reduction r : reductions) {
            Pass first = new Pass(Columns.inParts(r.outer(), r.reduced(), r.inner()));
            passes.add(first);
            if (!first.isShort() && first.columns.parts() > 1) {
                passes.add(new Pass(Columns.whole(r.outer(), first.columns.parts(), r.inner())));
            }
        }
        return passes;
    }

    /** How one pass becomes a kernel. */
    private interface Binding {
        Launch.Builder bind(Pass pass, long x, long y, boolean last);
    }

    /** Passes one after the other; each but the last leaves its results in scratch memory. */
    private static Prepared sequence(List<Pass> passes, Binding binding) {
        long scratch = 0;
        for (Pass pass : passes.subList(0, passes.size() - 1)) {
            scratch += pass.results() * Float.BYTES;
        }
        Prepared prepared = at -> {
            List<Kernel> kernels = new ArrayList<>();
            long x = at.input(0);
            long free = at.scratch();
            for (int i = 0; i < passes.size(); i++) {
                boolean last = i == passes.size() - 1;
                long y = last ? at.output(0) : free;
                kernels.add(binding.bind(passes.get(i), x, y, last).build());
                x = y;
                free += passes.get(i).results() * Float.BYTES;
            }
            return kernels.size() == 1 ? kernels.get(0) : new Sequence(kernels);
        };
        return prepared.withNeeds(Requirements.scratch(scratch));
    }

    private static Prepared reduce(Reduce op, Step step, Gpu gpu) {
        float scale = (float) op.scale();
        return sequence(
                passes(Reduction.passes(step.inputs().get(0).shape(), op.axes())),
                (pass, x, y, last) -> pass.launch(gpu, "reduce", "sum", x, y).float32(last ? scale : 1));
    }

    private static Prepared max(int axis, Step step, Gpu gpu) {
        Reduction reduction = Reduction.along(step.inputs().get(0).shape(), axis);
        return sequence(passes(List.of(reduction)), (pass, x, y, last) -> pass.launch(gpu, "max", "max", x, y));
    }

    private static Prepared maxGradient(int axis, Step step, Gpu gpu) {
        Reduction r = Reduction.along(step.inputs().get(0).shape(), axis);
        Columns columns = Columns.whole(r.outer(), r.reduced(), r.inner());
        boolean isShort = r.reduced() <= SHORT;
        return at -> {
            Launch.Builder kernel = isShort
                    ? gpu.launch("max", "max_backward_short").over(r.results())
                    : columns.launch(gpu, "max", "max_backward_columns");
            kernel.pointer(at.input(0))
                    .pointer(at.input(1))
                    .pointer(at.input(2))
                    .pointer(at.output(0))
                    .int64(r.outer())
                    .int64(r.reduced())
                    .int64(r.inner());
            return (isShort ? kernel : kernel.int64(columns.width())).build();
        };
    }
}
