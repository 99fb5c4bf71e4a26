package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * Cuts a box out of a tensor: y[i, j, ...] = x[begin0 + i, begin1 + j, ...]. It takes any element type. Gradient: dy
 * surrounded with zeros.
 *
 * @param begin the first index along each axis
 * @param end one beyond the last index along each axis
 */
public record Slice(List<Integer> begin, List<Integer> end) implements Op {
    /**
     * Creates the record; the lists are copied.
     *
     * @param begin the first index along each axis
     * @param end one beyond the last index along each axis
     */
    public Slice {
        begin = List.copyOf(begin);
        end = List.copyOf(end);
    }

    @Override
    public String name() {
        return "Slice" + begin + ".." + end;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        Type x = inputs.get(0);
        int rank = x.shape().rank();
        expect(begin.size() == rank && end.size() == rank, "a begin and an end for each axis of " + x, name());
        int[] extents = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            extents[axis] = end.get(axis) - begin.get(axis);
            expect(
                    begin.get(axis) >= 0
                            && extents[axis] > 0
                            && end.get(axis) <= x.shape().dim(axis),
                    "a range of at least 1 within axis " + axis + " of " + x.shape(),
                    begin.get(axis) + ".." + end.get(axis));
        }
        return List.of(new Type(x.dtype(), Shape.of(extents)));
    }

    /** Only the box is read, not all of the input. */
    @Override
    public long bytesMoved(List<Type> inputs) {
        return 2 * infer(inputs).get(0).bytes();
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return Footprint.POINT;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        int[] before = begin.stream().mapToInt(i -> i).toArray();
        int[] after = new int[before.length];
        for (int axis = 0; axis < after.length; axis++) {
            after[axis] = x[0].shape().dim(axis) - end.get(axis);
        }
        return List.of(dy[0].pad(before, after));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
