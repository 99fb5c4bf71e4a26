package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.I32;

import java.util.List;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.kernels.StridedCopy;
import schuss.ir.Step;
import schuss.ops.Concatenate;
import schuss.ops.GroupRows;
import schuss.ops.Pad;
import schuss.ops.Slice;
import schuss.ops.Transpose;
import schuss.passes.Requirements;

/**
 * Ops that move, select or draw elements. Those that only move elements are one native copy between strided layouts.
 */
final class CpuShapes {
    private CpuShapes() {}

    static void register(Kernels kernels) {
        kernels.register(GroupRows.class, Signature.of(F32, I32), CpuShapes::groupRows);
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
    }

    private static Prepared groupRows(GroupRows op, Step step, int threads) {
        Shape x = step.inputs().get(0).shape();
        int n = x.dim(0);
        int size = x.dim(1);
        Prepared prepared = at -> {
            long from = at.input(0);
            long indices = at.input(1);
            long to = at.output(0);
            long row = at.output(1);
            long scratch = at.scratch();
            return () -> Native.check(
                    Native.schuss_group_rows(from, indices, to, row, op.rows(), size, n, op.count(), scratch, threads));
        };
        return prepared.withNeeds(Requirements.scratch(Native.schuss_group_rows_scratch(n)));
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
}
