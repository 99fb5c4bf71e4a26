package schuss.backend.reference;

import schuss.DType;
import schuss.ops.Blend;
import schuss.ops.BroadcastTo;
import schuss.ops.Cast;
import schuss.ops.Fill;
import schuss.ops.Iota;
import schuss.ops.Pointwise;

/** Element-wise formulas, and ops that fill memory. x are the inputs, y the outputs. */
final class ReferencePointwise {
    private ReferencePointwise() {}

    static void register(ReferenceBackend backend) {
        backend.loop(Pointwise.class, ReferencePointwise::pointwise);
        backend.loop(Cast.class, (op, x, y) -> cast(x[0], y[0]));
        backend.loop(Iota.class, ReferencePointwise::iota);
        backend.loop(BroadcastTo.class, ReferencePointwise::broadcastTo);
        backend.loop(Fill.class, (op, x, y) -> fill(y[0], op.value()));
        backend.loop(Blend.class, ReferencePointwise::blend);
    }

    private static void pointwise(Pointwise op, Array[] x, Array[] y) {
        double[] values = new double[x.length];
        for (int i = 0; i < y[0].size(); i++) {
            for (int k = 0; k < x.length; k++) {
                values[k] = x[k].get(x[k].broadcastIndex(i, y[0].shape()));
            }
            y[0].set(i, lowestBits(op.expression().evaluate(values), y[0].type().dtype()));
        }
    }

    /** What an integer type keeps of a whole number. */
    private static double lowestBits(double value, DType type) {
        return switch (type) {
            case U8 -> (long) value & 0xff;
            case I32 -> (int) (long) value;
            default -> value;
        };
    }

    /** As {@link Cast} says; Java converts to int and long as XLA does. */
    private static void cast(Array x, Array y) {
        boolean fromWhole = x.type().dtype().isInteger();
        for (int i = 0; i < y.size(); i++) {
            double value = x.get(i);
            y.set(
                    i,
                    switch (y.type().dtype()) {
                        case BOOL -> value != 0 ? 1 : 0;
                        case U8 -> fromWhole ? (long) value & 0xff : Math.max(0, Math.min((int) value, 255));
                        case I32 -> fromWhole ? (int) (long) value : (int) value;
                        case I64 -> (long) value;
                        default -> value; // bf16 is rounded as every result is
                    });
        }
    }

    private static void iota(Iota op, Array[] x, Array[] y) {
        long inner = 1;
        for (int axis = op.axis() + 1; axis < op.shape().rank(); axis++) {
            inner *= op.shape().dim(axis);
        }
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, i / inner % op.shape().dim(op.axis()));
        }
    }

    private static void broadcastTo(BroadcastTo op, Array[] x, Array[] y) {
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, x[0].get(x[0].broadcastIndex(i, op.shape())));
        }
    }

    static void fill(Array y, double value) {
        for (int i = 0; i < y.size(); i++) {
            y.set(i, value);
        }
    }

    private static void blend(Blend op, Array[] x, Array[] y) {
        for (int i = 0; i < x[0].size() && x[2].get(0) == 0; i++) {
            double old = x[1].get(i);
            x[1].set(i, op.weight() == 1 ? x[0].get(i) : old + op.weight() * (x[0].get(i) - old));
        }
    }
}
