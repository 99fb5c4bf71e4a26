package schuss.backend.reference;

import schuss.Shape;
import schuss.ops.Concatenate;
import schuss.ops.CopyRows;
import schuss.ops.CumulativeSum;
import schuss.ops.Gather;
import schuss.ops.GroupRows;
import schuss.ops.Max;
import schuss.ops.Pad;
import schuss.ops.PutRows;
import schuss.ops.ScatterAdd;
import schuss.ops.Slice;
import schuss.ops.Transpose;

/** Ops that move or select elements. x are the inputs, y the outputs. */
final class ReferenceShapes {
    private ReferenceShapes() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Concatenate.class, ReferenceShapes::concatenate);
        backend.loop(Slice.class, ReferenceShapes::slice);
        backend.loop(Pad.class, ReferenceShapes::pad);
        backend.loop(Transpose.class, ReferenceShapes::transpose);
        backend.loop(Max.class, ReferenceShapes::max);
        backend.loop(Max.Gradient.class, ReferenceShapes::maxGradient);
        backend.loop(CumulativeSum.class, ReferenceShapes::cumulativeSum);
        backend.loop(Gather.class, ReferenceShapes::gather);
        backend.loop(ScatterAdd.class, ReferenceShapes::scatterAdd);
        backend.loop(GroupRows.class, ReferenceShapes::groupRows);
        backend.loop(PutRows.class, ReferenceShapes::putRows);
        backend.loop(CopyRows.class, ReferenceShapes::copyRows);
    }

    /** The position along each axis of the element at {@code index}. */
    private static int[] position(int index, Shape shape) {
        int[] position = new int[shape.rank()];
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            position[axis] = index % shape.dim(axis);
            index /= shape.dim(axis);
        }
        return position;
    }

    private static int index(int[] position, Shape shape) {
        int index = 0;
        for (int axis = 0; axis < position.length; axis++) {
            index = index * shape.dim(axis) + position[axis];
        }
        return index;
    }

    private static void concatenate(Concatenate op, Array[] x, Array[] y) {
        int begin = 0;
        for (Array part : x) {
            for (int i = 0; i < part.size(); i++) {
                int[] position = position(i, part.shape());
                position[op.axis()] += begin;
                y[0].set(index(position, y[0].shape()), part.get(i));
            }
            begin += part.shape().dim(op.axis());
        }
    }

    private static void slice(Slice op, Array[] x, Array[] y) {
        for (int i = 0; i < y[0].size(); i++) {
            int[] position = position(i, y[0].shape());
            for (int axis = 0; axis < position.length; axis++) {
                position[axis] += op.begin().get(axis);
            }
            y[0].set(i, x[0].get(index(position, x[0].shape())));
        }
    }

    private static void pad(Pad op, Array[] x, Array[] y) {
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, 0);
        }
        for (int i = 0; i < x[0].size(); i++) {
            int[] position = position(i, x[0].shape());
            for (int axis = 0; axis < position.length; axis++) {
                position[axis] += op.before().get(axis);
            }
            y[0].set(index(position, y[0].shape()), x[0].get(i));
        }
    }

    private static void transpose(Transpose op, Array[] x, Array[] y) {
        for (int i = 0; i < y[0].size(); i++) {
            int[] to = position(i, y[0].shape());
            int[] from = new int[to.length];
            for (int axis = 0; axis < to.length; axis++) {
                from[op.permutation().get(axis)] = to[axis];
            }
            y[0].set(i, x[0].get(index(from, x[0].shape())));
        }
    }

    /** Elements between neighbours along an axis. */
    private static int stride(Shape shape, int axis) {
        int stride = 1;
        for (int inner = axis + 1; inner < shape.rank(); inner++) {
            stride *= shape.dim(inner);
        }
        return stride;
    }

    /** The index in x of the first of the elements that element i of the result is the largest of. */
    private static int first(int i, int stride, int extent) {
        return i / stride * stride * extent + i % stride;
    }

    private static void max(Max op, Array[] x, Array[] y) {
        int stride = stride(x[0].shape(), op.axis());
        int extent = x[0].shape().dim(op.axis());
        for (int i = 0; i < y[0].size(); i++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < extent; k++) {
                max = Math.max(max, x[0].get(first(i, stride, extent) + k * stride));
            }
            y[0].set(i, max);
        }
    }

    private static void maxGradient(Max.Gradient op, Array[] x, Array[] y) {
        int stride = stride(x[0].shape(), op.axis());
        int extent = x[0].shape().dim(op.axis());
        for (int i = 0; i < x[1].size(); i++) {
            boolean found = false;
            for (int k = 0; k < extent; k++) {
                int at = first(i, stride, extent) + k * stride;
                boolean largest = x[0].get(at) == x[1].get(i) || Double.isNaN(x[0].get(at));
                y[0].set(at, largest && !found ? x[2].get(i) : 0);
                found |= largest;
            }
        }
    }

    private static void cumulativeSum(CumulativeSum op, Array[] x, Array[] y) {
        int stride = stride(x[0].shape(), op.axis());
        int extent = x[0].shape().dim(op.axis());
        for (int column = 0; column < y[0].size() / extent; column++) {
            double sum = 0;
            for (int k = 0; k < extent; k++) {
                int at = first(column, stride, extent) + (op.backwards() ? extent - 1 - k : k) * stride;
                sum += x[0].get(at);
                y[0].set(at, sum);
            }
        }
    }

    private static void gather(Gather op, Array[] x, Array[] y) {
        int rows = x[0].shape().dim(0);
        int size = x[0].size() / rows;
        for (int i = 0; i < y[0].size(); i++) {
            int row = (int) x[1].get(i / size);
            y[0].set(i, row >= 0 && row < rows ? x[0].get(row * size + i % size) : Double.NaN);
        }
    }

    private static void scatterAdd(ScatterAdd op, Array[] x, Array[] y) {
        int size = y[0].size() / op.rows();
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, 0);
        }
        for (int i = 0; i < x[0].size(); i++) {
            int row = (int) x[1].get(i / size);
            if (row >= 0 && row < op.rows()) {
                y[0].add(row * size + i % size, x[0].get(i));
            }
        }
    }

    private static void groupRows(GroupRows op, Array[] x, Array[] y) {
        int size = x[0].shape().dim(1);
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, 0);
        }
        for (int i = 0; i < op.count(); i++) {
            y[1].set(i, -1);
            int row = i < x[1].size() ? (int) x[1].get(i) : -1;
            if (row >= 0 && row < op.rows()) {
                int first = 0;
                while (x[1].get(first) != row) {
                    first++;
                }
                y[1].set(first, row);
                for (int j = 0; j < size; j++) {
                    y[0].add(first * size + j, x[0].get(i * size + j));
                }
            }
        }
    }

    private static void putRows(PutRows op, Array[] x, Array[] y) {
        int rows = x[0].shape().dim(0);
        int size = x[0].size() / rows;
        for (int i = 0; i < x[1].size() * size; i++) {
            int row = (int) x[1].get(i / size);
            if (row >= 0 && row < rows) {
                x[0].set(row * size + i % size, x[2].get(i));
            }
        }
    }

    private static void copyRows(CopyRows op, Array[] x, Array[] y) {
        int size = x[1].size() / x[2].size();
        for (int i = 0; i < x[1].size(); i++) {
            if (x[2].get(i / size) != 0) {
                x[1].set(i, x[0].get(i));
            }
        }
    }
}
