package schuss.backend.kernels;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;

/**
 * A reduction over neighbouring axes, seen as (outer, reduced, inner) to (outer, inner).
 *
 * @param outer the product of the extents before the reduced axes
 * @param reduced the product of the reduced extents
 * @param inner the product of the extents after them
 */
public record Reduction(long outer, long reduced, long inner) {
    /** One axis of a shape. */
    public static Reduction along(Shape shape, int axis) {
        return passes(shape, List.of(axis)).get(0);
    }

    /**
     * Axes apart from each other take one pass a run of neighbours, the last first, each on what the pass before left. Axes of
     * one element need none, but there is always one pass.
     */
    public static List<Reduction> passes(Shape shape, List<Integer> axes) {
        List<Reduction> passes = new ArrayList<>();
        long outer = shape.size();
        long reduced = 1;
        long inner = 1;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            outer /= shape.dim(axis);
            if (!axes.contains(axis)) {
                inner *= shape.dim(axis);
                continue;
            }
            reduced *= shape.dim(axis);
            if (reduced > 1 && !axes.contains(axis - 1)) {
                passes.add(new Reduction(outer, reduced, inner));
                reduced = 1;
            }
        }
        if (passes.isEmpty()) {
            passes.add(new Reduction(1, 1, shape.size()));
        }
        return passes;
    }

    /** How many numbers are left. */
    public long results() {
        return outer * inner;
    }
}
