package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * Surrounds a tensor with zeros. It takes any element type. Gradient: the slice of dy without them.
 *
 * @param before how many zeros to put in front along each axis
 * @param after how many zeros to append along each axis
 */
public record Pad(List<Integer> before, List<Integer> after) implements Op {
    /**
     * Creates the record; the lists are copied.
     *
     * @param before how many zeros to put in front along each axis
     * @param after how many zeros to append along each axis
     */
    public Pad {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    @Override
    public String name() {
        return "Pad" + before + after;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        Type x = inputs.get(0);
        int rank = x.shape().rank();
        expect(before.size() == rank && after.size() == rank, "two counts for each axis of " + x, name());
        int[] extents = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            expect(before.get(axis) >= 0 && after.get(axis) >= 0, "counts of at least 0", name());
            extents[axis] =
                    Math.addExact(before.get(axis), Math.addExact(x.shape().dim(axis), after.get(axis)));
        }
        return List.of(new Type(x.dtype(), Shape.of(extents)));
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return Footprint.POINT;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        int[] begin = before.stream().mapToInt(i -> i).toArray();
        int[] end = new int[begin.length];
        for (int axis = 0; axis < end.length; axis++) {
            end[axis] = begin[axis] + x[0].shape().dim(axis);
        }
        return List.of(dy[0].slice(begin, end));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return List.of(Value.of(this, dx[0]));
    }
}
