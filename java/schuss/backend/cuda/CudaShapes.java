package schuss.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuMemsetD8Async;
import static schuss.DType.F32;
import static schuss.DType.I32;
import static schuss.DType.I64;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import schuss.Shape;
import schuss.backend.Addresses;
import schuss.backend.Kernel;
import schuss.backend.Kernels;
import schuss.backend.Prepared;
import schuss.backend.Sequence;
import schuss.backend.Signature;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Launch;
import schuss.backend.cuda.runtime.Status;
import schuss.backend.cuda.runtime.StreamKernel;
import schuss.backend.kernels.StridedCopy;
import schuss.ir.Step;
import schuss.ops.Concatenate;
import schuss.ops.GroupRows;
import schuss.ops.Pad;
import schuss.ops.ScatterAdd;
import schuss.ops.Slice;
import schuss.ops.Transpose;

/** Ops that move or select elements. Those that only move elements are one copy between strided layouts. */
final class CudaShapes {
    private static final String COPY = "strided_copy";
    private static final int MOST_RANK = 8;
    private static final int LEAST_TURNED = 8; // rows or columns of a tile: fewer would leave most of it empty
    private static final int TILE = 32;
    private static final int BLOCK = 256;
    private static final int COLUMNS_OF_BLOCK = 4 * BLOCK;

    private CudaShapes() {}

    static void register(Kernels kernels, Gpu gpu) {
        kernels.register(
                Concatenate.class,
                Signature.alike(F32, I32),
                (op, step, threads) -> copies(StridedCopy.concatenate(op, step), gpu));
        kernels.register(
                Slice.class,
                Signature.alike(F32, I32),
                (op, step, threads) -> copies(List.of(StridedCopy.slice(op, step)), gpu));
        kernels.register(
                Transpose.class,
                Signature.alike(F32, I32),
                (op, step, threads) -> copies(List.of(StridedCopy.transpose(op, step)), gpu));
        kernels.register(Pad.class, Signature.alike(F32, I32), (op, step, threads) -> pad(op, step, gpu));
        kernels.register(ScatterAdd.class, Signature.of(F32, I32), (op, step, threads) -> scatterAdd(step, gpu));
        kernels.register(ScatterAdd.class, Signature.of(F32, I64), (op, step, threads) -> scatterAdd(step, gpu));
        kernels.register(GroupRows.class, Signature.of(F32, I32), (op, step, threads) -> groupRows(op, step, gpu));
    }

    private static Prepared copies(List<StridedCopy> copies, Gpu gpu) {
        return at -> new Sequence(copies.stream().map(c -> copy(c, at, gpu)).toList());
    }

    private static Prepared pad(Pad op, Step step, Gpu gpu) {
        StridedCopy inside = StridedCopy.pad(op, step);
        long size = step.outputs().get(0).shape().size();
        return at -> new Sequence(List.of(zeros(at.output(0), size, gpu), copy(inside, at, gpu)));
    }

    private static StreamKernel zeros(long y, long elements, Gpu gpu) {
        return () ->
                Status.check(cuMemsetD8Async(y, (byte) 0, elements * Float.BYTES, gpu.stream()), "cuMemsetD8Async");
    }

    private static Kernel copy(StridedCopy copy, Addresses at, Gpu gpu) {
        int turned = turned(copy);
        long x = at.input(copy.input()) + copy.from();
        long y = at.output(0) + copy.to();
        if (turned < 0) {
            int[] all = IntStream.range(0, copy.rank()).toArray();
            return gpu.launch(COPY, "copy_elements")
                    .over(copy.elements())
                    .pointer(x)
                    .pointer(y)
                    .int64s(layout(copy, all))
                    .int64(copy.elements())
                    .build();
        }
        int last = copy.rank() - 1;
        int[] others = IntStream.range(0, last).filter(axis -> axis != turned).toArray();
        long rows = copy.extents()[turned];
        long columns = copy.extents()[last];
        long planes = copy.elements() / rows / columns;
        long tiles = planes * ((rows + TILE - 1) / TILE) * ((columns + TILE - 1) / TILE);
        return gpu.launch(COPY, "copy_turned")
                .over(tiles * BLOCK)
                .pointer(x)
                .pointer(y)
                .int64s(layout(copy, others))
                .int64(planes)
                .int64(rows)
                .int64(columns)
                .int64(copy.xStrides()[last])
                .int64(copy.yStrides()[turned])
                .build();
    }

    /** The dimension whose elements lie together in x where those of the last do in y; -1 where tiles are of no use. */
    private static int turned(StridedCopy copy) {
        int last = copy.rank() - 1;
        if (copy.yStrides()[last] != 1 || copy.extents()[last] < LEAST_TURNED) {
            return -1;
        }
        return IntStream.range(0, last)
                .filter(axis -> copy.xStrides()[axis] == 1 && copy.extents()[axis] >= LEAST_TURNED)
                .findFirst()
                .orElse(-1);
    }

    /** The kernels' CopyLayout of some dimensions. */
    private static long[] layout(StridedCopy copy, int[] axes) {
        if (axes.length > MOST_RANK) {
            throw new IllegalStateException("copy on a GPU: expected at most " + MOST_RANK
                    + " dimensions that cannot be merged, got " + axes.length + " of extents "
                    + Arrays.toString(copy.extents()));
        }
        long[] layout = new long[1 + 3 * MOST_RANK];
        layout[0] = axes.length;
        for (int i = 0; i < axes.length; i++) {
            layout[1 + i] = copy.extents()[axes[i]];
            layout[1 + MOST_RANK + i] = copy.xStrides()[axes[i]];
            layout[1 + 2 * MOST_RANK + i] = copy.yStrides()[axes[i]];
        }
        return layout;
    }

    /** A table's rows by index: (rows, size), and how many indices. */
    private record Table(long rows, long size, long count) {
        static Table of(Shape table, Step step) {
            long rows = table.dim(0);
            return new Table(
                    rows, table.size() / rows, step.inputs().get(1).shape().size());
        }

        Launch.Builder bind(Launch.Builder kernel, Addresses at) {
            return kernel.pointer(at.input(0))
                    .pointer(at.input(1))
                    .pointer(at.output(0))
                    .int64(rows)
                    .int64(size)
                    .int64(count);
        }
    }

    /** What the kernels for wide indices have at the end of their names. */
    private static String width(Step step) {
        return step.inputs().get(1).dtype() == I64 ? "_i64" : "";
    }

    private static Prepared groupRows(GroupRows op, Step step, Gpu gpu) {
        Shape x = step.inputs().get(0).shape();
        long tiles = (x.dim(1) + COLUMNS_OF_BLOCK - 1) / COLUMNS_OF_BLOCK;
        return at -> gpu.launch("gather", "group_rows")
                .over(op.count() * tiles * BLOCK)
                .pointer(at.input(0))
                .pointer(at.input(1))
                .pointer(at.output(0))
                .pointer(at.output(1))
                .int64(op.rows())
                .int64(x.dim(1))
                .int64(x.dim(0))
                .int64(op.count())
                .build();
    }

    private static Prepared scatterAdd(Step step, Gpu gpu) {
        Table table = Table.of(step.outputs().get(0).shape(), step);
        boolean byIndex = table.count < table.rows;
        long tiles = (table.size + COLUMNS_OF_BLOCK - 1) / COLUMNS_OF_BLOCK;
        return at -> {
            Launch.Builder kernel = gpu.launch("gather", "scatter_add" + width(step))
                    .over(Math.min(table.count, table.rows) * tiles * BLOCK);
            Kernel sums = table.bind(kernel, at).int32(byIndex ? 1 : 0).build();
            return byIndex ? new Sequence(List.of(zeros(at.output(0), table.rows * table.size, gpu), sums)) : sums;
        };
    }
}
