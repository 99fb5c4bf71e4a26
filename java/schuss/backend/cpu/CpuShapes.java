package schuss.backend.cpu;

import static schuss.DType.F32;
import static schuss.DType.I32;

import java.util.List;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.StridedCopy;
import schuss.ir.Step;
import schuss.ops.Concatenate;
import schuss.ops.Pad;
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
