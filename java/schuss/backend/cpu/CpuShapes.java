package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.I32;
import static schuss.DType.I64;

import java.util.List;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Reduction;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.StridedCopy;
import schuss.ir.Step;
import schuss.ops.Concatenate;
import schuss.ops.Gather;
import schuss.ops.Max;
import schuss.ops.Normal;
import schuss.ops.Pad;
import schuss.ops.ScatterAdd;
import schuss.ops.Slice;
import schuss.ops.Transpose;

/** Ops that move elements, choose among them or draw them. All that only moves is one native copy between layouts. */
final class CpuShapes {
    private CpuShapes() {}

    static void register(Kernels kernels) {
        kernels.register(Concatenate.class, Signature.alike(F32, I32), CpuShapes::concatenate);
        kernels.register(
                Slice.class,
                Signature.alike(F32, I32),
                (op, step, threads) -> copied(StridedCopy.slice(op, step), threads));
        kernels.register(Pad.class, Signature.alike(F32, I32), CpuShapes::pad);
        kernels.register(
                Transpose.class,
                Signature.alike(F32, I32),
                (op, step, threads) -> copied(StridedCopy.transpose(op, step), threads));
        kernels.register(Max.class, Signature.ALL_F32, CpuShapes::max);
        kernels.register(Max.Gradient.class, Signature.ALL_F32, CpuShapes::maxGradient);
        kernels.register(Gather.class, Signature.of(F32, I32), (op, step, threads) -> gather(step, threads));
        kernels.register(Gather.class, Signature.of(F32, I64), (op, step, threads) -> gather(step, threads));
        kernels.register(ScatterAdd.class, Signature.of(F32, I32), (op, step, threads) -> scatterAdd(step, threads));
        kernels.register(ScatterAdd.class, Signature.of(F32, I64), (op, step, threads) -> scatterAdd(step, threads));
        kernels.register(Normal.class, Signature.of(I64), CpuShapes::normal);
    }

    private static Kernel copy(StridedCopy copy, Addresses at, int threads) {
        long address = Native.schuss_copy_bind(
                at.input(copy.input()) + copy.from(),
                at.output(0) + copy.to(),
                copy.extents(),
                copy.xStrides(),
                copy.yStrides(),
                copy.rank(),
                threads);
        return new Bound(Bound.checked(address), Native::schuss_copy_run, Native::schuss_copy_free);
    }

    private static Prepared concatenate(Concatenate op, Step step, int threads) {
        List<StridedCopy> parts = StridedCopy.concatenate(op, step);
        return at ->
                new Sequence(parts.stream().map(part -> copy(part, at, threads)).toList());
    }

    private static Prepared copied(StridedCopy copy, int threads) {
        return at -> copy(copy, at, threads);
    }

    private static Prepared pad(Pad op, Step step, int threads) {
        StridedCopy inside = StridedCopy.pad(op, step);
        long size = step.outputs().get(0).shape().size();
        return at -> {
            long to = at.output(0);
            Kernel zeros = () -> Native.schuss_fill(to, 0, size, threads);
            return new Sequence(List.of(zeros, copy(inside, at, threads)));
        };
    }

    private static Prepared max(Max op, Step step, int threads) {
        Reduction r = Reduction.along(step.inputs().get(0).shape(), op.axis());
        return at -> {
            long x = at.input(0);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_max_forward(x, y, r.outer(), r.reduced(), r.inner(), threads));
        };
    }

    private static Prepared maxGradient(Max.Gradient op, Step step, int threads) {
        Reduction r = Reduction.along(step.inputs().get(0).shape(), op.axis());
        return at -> {
            long x = at.input(0);
            long y = at.input(1);
            long dy = at.input(2);
            long dx = at.output(0);
            return () ->
                    Native.check(Native.schuss_max_backward(x, y, dy, dx, r.outer(), r.reduced(), r.inner(), threads));
        };
    }

    private static Prepared gather(Step step, int threads) {
        Shape shape = step.inputs().get(0).shape();
        long rows = shape.dim(0);
        long size = shape.size() / rows;
        long count = step.inputs().get(1).shape().size();
        int wide = step.inputs().get(1).dtype() == I64 ? 1 : 0;
        return at -> {
            long table = at.input(0);
            long indices = at.input(1);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_gather(table, indices, wide, y, rows, size, count, threads));
        };
    }

    private static Prepared scatterAdd(Step step, int threads) {
        Shape shape = step.outputs().get(0).shape();
        long rows = shape.dim(0);
        long size = shape.size() / rows;
        long count = step.inputs().get(1).shape().size();
        int wide = step.inputs().get(1).dtype() == I64 ? 1 : 0;
        return at -> {
            long x = at.input(0);
            long indices = at.input(1);
            long y = at.output(0);
            return () -> Native.check(Native.schuss_scatter_add(x, indices, wide, y, rows, size, count, threads));
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
