package schuss.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import schuss.Shape;
import schuss.ops.Footprint;

/**
 * How much of the input one position of a value sees, along each axis of an image or a sequence: {@code size} pixels, by
 * {@code stride} further on for the next position.
 *
 * @param extents the value's positions along each axis
 * @param axes what they see
 */
record ReceptiveField(List<Integer> extents, List<Axis> axes) {
    /** Along one axis. */
    record Axis(long size, long stride) {
        private static final Axis POINT = new Axis(1, 1);

        Axis seen(int kernel, int step, int dilation) {
            return new Axis(size + (kernel - 1L) * dilation * stride, stride * step);
        }
    }

    ReceptiveField {
        extents = List.copyOf(extents);
        axes = List.copyOf(axes);
    }

    /** That of an input (batch, ..., channels), whose positions see themselves; null where it has none. */
    static ReceptiveField of(Shape shape) {
        List<Integer> extents = positions(shape);
        return extents.isEmpty()
                ? null
                : new ReceptiveField(
                        extents, extents.stream().map(e -> Axis.POINT).toList());
    }

    /** The axes between the batch and the channels. */
    private static List<Integer> positions(Shape shape) {
        return IntStream.range(1, shape.rank() - 1).mapToObj(shape::dim).toList();
    }

    /** That of an output of this shape, whose positions see so much of this; null where axes do not correspond. */
    ReceptiveField through(Footprint footprint, Shape output) {
        if (footprint.equals(Footprint.POINT)) {
            boolean rows = output.rank() == 2; // positions in one row after the other
            return rows || positions(output).size() == axes.size()
                    ? new ReceptiveField(rows ? extents : positions(output), axes)
                    : null;
        }
        if (axes.size() != 2 || output.rank() != 4) {
            return null;
        }
        Axis height = axes.get(0).seen(footprint.height(), footprint.strideH(), footprint.dilationH());
        Axis width = axes.get(1).seen(footprint.width(), footprint.strideW(), footprint.dilationW());
        return new ReceptiveField(positions(output), List.of(height, width));
    }

    /**
     * That of the same elements in another shape. Positions stay what they are as long as the channels do: axes of one
     * position come and go, and all may be strung together to rows and back. Else it is null.
     */
    ReceptiveField reshaped(Shape from, Shape to) {
        if (to.rank() < 2 || from.dim(-1) != to.dim(-1)) {
            return null;
        }
        if (to.rank() == 2) {
            return this;
        }
        List<Axis> moved = new ArrayList<>();
        int next = 0;
        for (int extent : positions(to)) {
            while (next < axes.size() && extents.get(next) == 1 && extent != 1) {
                next++;
            }
            boolean same = next < axes.size() && extents.get(next) == extent;
            if (!same && extent != 1) {
                return null;
            }
            moved.add(same ? axes.get(next++) : Axis.POINT);
        }
        boolean all = extents.subList(next, extents.size()).stream().allMatch(e -> e == 1);
        return all ? new ReceptiveField(positions(to), moved) : null;
    }

    /** That of a value made of two: the larger of each axis. */
    ReceptiveField joined(ReceptiveField other) {
        if (axes.size() != other.axes.size()) {
            return null;
        }
        List<Axis> larger = IntStream.range(0, axes.size())
                .mapToObj(i -> new Axis(
                        Math.max(axes.get(i).size, other.axes.get(i).size),
                        Math.max(axes.get(i).stride, other.axes.get(i).stride)))
                .toList();
        return new ReceptiveField(extents, larger);
    }

    /** Like {@code 5x5/2x2}, or {@code 9/1} of a sequence. */
    @Override
    public String toString() {
        return axes.stream().map(a -> String.valueOf(a.size)).collect(Collectors.joining("x")) + "/"
                + axes.stream().map(a -> String.valueOf(a.stride)).collect(Collectors.joining("x"));
    }
}
