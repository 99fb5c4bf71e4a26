package schuss.backend.reference;

import schuss.Shape;
import schuss.ops.Reduce;
import schuss.ops.Type;

/** Sums along axes. x are the inputs, y the outputs. */
final class ReferenceReductions {
    private ReferenceReductions() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Reduce.class, ReferenceReductions::reduce);
    }

    private static void reduce(Reduce op, Array[] x, Array[] y) {
        Shape kept = x[0].shape(); // the output's shape with the summed axes as 1
        for (int axis : op.axes()) {
            kept = kept.with(axis, 1);
        }
        Array sums =
                new Array(y[0].elements(), y[0].offset(), new Type(y[0].type().dtype(), kept));
        ReferencePointwise.fill(y[0], 0);
        for (int i = 0; i < x[0].size(); i++) {
            sums.add(sums.broadcastIndex(i, x[0].shape()), x[0].get(i));
        }
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, y[0].get(i) * op.scale());
        }
    }
}
