package schuss.backend.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Step;
import schuss.ops.Concatenate;
import schuss.ops.Pad;
import schuss.ops.Slice;
import schuss.ops.Transpose;
import schuss.ops.Type;

/**
 * A copy of four-byte elements between two layouts with the same extents. Ops that only move elements come down to
 * this; it has as few dimensions as the strides allow.
 *
 * @param input the index of the step's input; the copy goes to the step's output
 * @param from the offset of the first element in the input, in bytes
 * @param to the offset of its place in the output, in bytes
 * @param extents at least one; none is 1 unless it is the only one
 * @param xStrides elements between neighbours in the input
 * @param yStrides elements between neighbours in the output
 */
public record StridedCopy(int input, long from, long to, long[] extents, long[] xStrides, long[] yStrides) {
    /** A copy whose dimensions are merged where they are one in both layouts; those of one element are dropped. */
    private static StridedCopy merged(int input, long from, long to, Shape shape, long[] xStrides, long[] yStrides) {
        int count = 0;
        long[][] kept = new long[Math.max(shape.rank(), 1)][];
        for (int axis = 0; axis < shape.rank(); axis++) {
            long extent = shape.dim(axis);
            long[] last = count == 0 ? null : kept[count - 1];
            if (extent == 1) {
                continue;
            } else if (last != null && last[1] == extent * xStrides[axis] && last[2] == extent * yStrides[axis]) {
                kept[count - 1] = new long[] {last[0] * extent, xStrides[axis], yStrides[axis]};
            } else {
                kept[count++] = new long[] {extent, xStrides[axis], yStrides[axis]};
            }
        }
        if (count == 0) {
            kept[count++] = new long[] {1, 1, 1};
        }
        long[][] used = Arrays.copyOf(kept, count);
        return new StridedCopy(input, from, to, column(used, 0), column(used, 1), column(used, 2));
    }

    private static long[] column(long[][] rows, int index) {
        return Arrays.stream(rows).mapToLong(row -> row[index]).toArray();
    }

    /** How many dimensions are left. */
    public int rank() {
        return extents.length;
    }

    /** How many elements move. */
    public long elements() {
        return LongStream.of(extents).reduce(1, (a, b) -> a * b);
    }

    /** One copy for each part. */
    public static List<StridedCopy> concatenate(Concatenate op, Step step) {
        long[] strides = strides(step.outputs().get(0).shape());
        List<StridedCopy> parts = new ArrayList<>();
        long to = 0;
        for (int i = 0; i < step.inputs().size(); i++) {
            Shape part = moved(step, i);
            parts.add(merged(i, 0, to, part, strides(part), strides));
            to += part.dim(op.axis()) * strides[op.axis()] * Float.BYTES;
        }
        return parts;
    }

    public static StridedCopy slice(Slice op, Step step) {
        Shape x = moved(step, 0);
        Shape y = step.outputs().get(0).shape();
        return merged(0, offset(op.begin(), x), 0, y, strides(x), strides(y));
    }

    /** What goes between the zeros. */
    public static StridedCopy pad(Pad op, Step step) {
        Shape x = moved(step, 0);
        Shape y = step.outputs().get(0).shape();
        return merged(0, 0, offset(op.before(), y), x, strides(x), strides(y));
    }

    public static StridedCopy transpose(Transpose op, Step step) {
        long[] xStrides = strides(moved(step, 0));
        long[] turned =
                op.permutation().stream().mapToLong(axis -> xStrides[axis]).toArray();
        Shape y = step.outputs().get(0).shape();
        return merged(0, 0, 0, y, turned, strides(y));
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

    /** The shape of an input whose elements take four bytes. */
    private static Shape moved(Step step, int input) {
        Type type = step.inputs().get(input).type();
        if (type.dtype() != DType.F32 && type.dtype() != DType.I32) {
            throw new IllegalStateException(step.label() + ": expected elements of f32 or i32, got " + type);
        }
        return type.shape();
    }
}
