package schuss.backend.cuda;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.ops.Max;
import schuss.ops.Reduce;
import schuss.program.Needs;
import schuss.program.Step;

/**
 * Sums and maxima along axes, in passes over (outer, reduced, inner): one for each run of neighbouring axes, the last first,
 * and a second where one block a result would leave the GPU idle.
 */
final class CudaReductions {
    private static final int SHORT = 16; // elements that one thread combines

    private CudaReductions() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(Reduce.class, (op, step, threads) -> reduce(op, step, gpu));
        kernels.register(Max.class, (op, step, threads) -> max(op.axis(), step, gpu));
        kernels.register(Max.Gradient.class, (op, step, threads) -> maxGradient(op.axis(), step, gpu));
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

    private static void addPasses(List<Pass> passes, long outer, long reduced, long inner) {
        Pass first = new Pass(Columns.inParts(outer, reduced, inner));
        passes.add(first);
        if (!first.isShort() && first.columns.parts() > 1) {
            passes.add(new Pass(Columns.whole(outer, first.columns.parts(), inner)));
        }
    }

    /** Passes that sum these axes. */
    private static List<Pass> passes(Shape shape, List<Integer> axes) {
        List<Pass> passes = new ArrayList<>();
        long inner = 1;
        long reduced = 1;
        long outer = shape.size();
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            outer /= shape.dim(axis);
            if (axes.contains(axis)) {
                reduced *= shape.dim(axis);
                if (reduced > 1 && !axes.contains(axis - 1)) {
                    addPasses(passes, outer, reduced, inner);
                    reduced = 1;
                }
            } else {
                inner *= shape.dim(axis);
            }
        }
        if (passes.isEmpty()) {
            addPasses(passes, 1, 1, inner);
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
        return prepared.withNeeds(Needs.scratch(scratch));
    }

    private static Prepared reduce(Reduce op, Step step, Gpu gpu) {
        float scale = (float) op.scale();
        return sequence(
                passes(step.inputs().get(0).shape(), op.axes()),
                (pass, x, y, last) -> pass.launch(gpu, "reduce", "sum", x, y).float32(last ? scale : 1));
    }

    private static Prepared max(int axis, Step step, Gpu gpu) {
        Sizes sizes = Sizes.of(step.inputs().get(0).shape(), axis);
        List<Pass> passes = new ArrayList<>();
        addPasses(passes, sizes.outer, sizes.reduced, sizes.inner);
        return sequence(passes, (pass, x, y, last) -> pass.launch(gpu, "max", "max", x, y));
    }

    private static Prepared maxGradient(int axis, Step step, Gpu gpu) {
        Sizes sizes = Sizes.of(step.inputs().get(0).shape(), axis);
        Columns columns = Columns.whole(sizes.outer, sizes.reduced, sizes.inner);
        if (sizes.reduced <= SHORT) {
            return at -> sizes.bind(gpu.launch("max", "max_backward_short").over(sizes.outer * sizes.inner), at)
                    .build();
        }
        return at -> sizes.bind(columns.launch(gpu, "max", "max_backward_columns"), at)
                .int64(columns.width())
                .build();
    }

    /** A shape seen from one of its axes. */
    private record Sizes(long outer, long reduced, long inner) {
        static Sizes of(Shape shape, int axis) {
            long inner = 1;
            for (int behind = axis + 1; behind < shape.rank(); behind++) {
                inner *= shape.dim(behind);
            }
            long reduced = shape.dim(axis);
            return new Sizes(shape.size() / reduced / inner, reduced, inner);
        }

        /** x, y and dy to dx. */
        Launch.Builder bind(Launch.Builder kernel, Addresses at) {
            return kernel.pointer(at.input(0))
                    .pointer(at.input(1))
                    .pointer(at.input(2))
                    .pointer(at.output(0))
                    .int64(outer)
                    .int64(reduced)
                    .int64(inner);
        }
    }
}
