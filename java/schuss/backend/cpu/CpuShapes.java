package schuss.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import schuss.DType;
import schuss.Shape;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.ops.Concatenate;
import schuss.ops.Gather;
import schuss.ops.Max;
import schuss.ops.Normal;
import schuss.ops.Pad;
import schuss.ops.ScatterAdd;
import schuss.ops.Slice;
import schuss.ops.Transpose;
import schuss.ops.Type;
import schuss.program.Step;

/** Ops that move elements, choose among them or draw them. All that only moves is one native copy between layouts. */
final class CpuShapes {
    private CpuShapes() {}

    static void register(Kernels kernels) {
        kernels.register(Concatenate.class, CpuShapes::concatenate);
        kernels.register(Slice.class, CpuShapes::slice);
        kernels.register(Pad.class, CpuShapes::pad);
        kernels.register(Transpose.class, CpuShapes::transpose);
        kernels.register(Max.class, CpuShapes::max);
        kernels.register(Max.Gradient.class, CpuShapes::maxGradient);
        kernels.register(Gather.class, (op, step, threads) -> gather(step, threads));
        kernels.register(ScatterAdd.class, (op, step, threads) -> scatterAdd(step, threads));
        kernels.register(Normal.class, CpuShapes::normal);
    }

    /** Elements between neighbours along each axis. */
    private static long[] strides(Shape shape) {
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.dim(axis);
        }
        return strides;
    }

    /** Bytes from a tensor's first element to the one at this position. */
    private static long offset(List<Integer> position, Shape shape) {
        long[] strides = strides(shape);
        long elements = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            elements += position.get(axis) * strides[axis];
        }
        return elements * Float.BYTES;
    }

    private static Kernel copy(long x, long y, Shape extents, long[] xStrides, long[] yStrides, int threads) {
        long[] counts = LongStream.range(0, extents.rank())
                .map(i -> extents.dim((int) i))
                .toArray();
        long address = Native.schuss_copy_bind(x, y, counts, xStrides, yStrides, counts.length, threads);
        return new Bound(Bound.checked(address), Native::schuss_copy_run, Native::schuss_copy_free);
    }

    /** The shape of an input whose elements take four bytes. */
    private static Shape moved(Step step, int input) {
        Type type = step.inputs().get(input).type();
        if (type.dtype() != DType.F32 && type.dtype() != DType.I32) {
            throw new IllegalStateException("cpu backend: expected elements of f32 or i32, got " + type);
        }
        return type.shape();
    }

    private static Prepared concatenate(Concatenate op, Step step, int threads) {
        long[] strides = strides(step.outputs().get(0).shape());
        return at -> {
            List<Kernel> parts = new ArrayList<>();
            long y = at.output(0);
            for (int i = 0; i < step.inputs().size(); i++) {
                Shape part = moved(step, i);
                parts.add(copy(at.input(i), y, part, strides(part), strides, threads));
                y += part.dim(op.axis()) * strides[op.axis()] * Float.BYTES;
            }
            return new Sequence(parts);
        };
    }

    private static Prepared slice(Slice op, Step step, int threads) {
        Shape x = moved(step, 0);
        Shape y = step.outputs().get(0).shape();
        long begin = offset(op.begin(), x);
        return at -> copy(at.input(0) + begin, at.output(0), y, strides(x), strides(y), threads);
    }

    private static Prepared pad(Pad op, Step step, int threads) {
        Shape x = moved(step, 0);
        Shape y = step.outputs().get(0).shape();
        long begin = offset(op.before(), y);
        return at -> {
            long to = at.output(0);
            Kernel zeros = () -> Native.schuss_fill(to, 0, y.size(), threads);
            return new Sequence(List.of(zeros, copy(at.input(0), to + begin, x, strides(x), strides(y), threads)));
        };
    }

    private static Prepared transpose(Transpose op, Step step, int threads) {
        long[] xStrides = strides(moved(step, 0));
        long[] turned =
                op.permutation().stream().mapToLong(axis -> xStrides[axis]).toArray();
        Shape y = step.outputs().get(0).shape();
        return at -> copy(at.input(0), at.output(0), y, turned, strides(y), threads);
    }

    private static Prepared max(Max op, Step step, int threads) {
        Shape shape = step.inputs().get(0).shape();
        long reduced = shape.dim(op.axis());
        long inner = strides(shape)[op.axis()];
        long outer = shape.size() / reduced / inner;
        return at -> {
            long x = at.input(0);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_max_forward(x, y, outer, reduced, inner, threads));
        };
    }

    private static Prepared maxGradient(Max.Gradient op, Step step, int threads) {
        Shape shape = step.inputs().get(0).shape();
        long reduced = shape.dim(op.axis());
        long inner = strides(shape)[op.axis()];
        long outer = shape.size() / reduced / inner;
        return at -> {
            long x = at.input(0);
            long y = at.input(1);
            long dy = at.input(2);
            long dx = at.output(0);
            return () -> Native.check(Native.schuss_max_backward(x, y, dy, dx, outer, reduced, inner, threads));
        };
    }

    private static Prepared gather(Step step, int threads) {
        Shape shape = step.inputs().get(0).shape();
        long rows = shape.dim(0);
        long size = shape.size() / rows;
        long count = step.inputs().get(1).shape().size();
        return at -> {
            long table = at.input(0);
            long indices = at.input(1);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_gather(table, indices, y, rows, size, count, threads));
        };
    }

    private static Prepared scatterAdd(Step step, int threads) {
        Shape shape = step.outputs().get(0).shape();
        long rows = shape.dim(0);
        long size = shape.size() / rows;
        long count = step.inputs().get(1).shape().size();
        return at -> {
            long x = at.input(0);
            long indices = at.input(1);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_scatter_add(x, indices, y, rows, size, count, threads));
        };
    }

    private static Prepared normal(Normal op, Step step, int threads) {
        float deviation = (float) op.standardDeviation();
        long size = op.shape().size();
        return at -> {
            long random = at.input(0);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_normal(random, y, op.stream(), deviation, size, threads));
        };
    }
}
