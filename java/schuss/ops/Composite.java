package schuss.ops;

import java.util.List;

/**
 * An op that is a formula of other ops: one kernel computes it faster than they would, and derivatives nobody wrote by hand
 * are those of the formula. Differentiation takes them where {@code gradient} or {@code tangent} return null, as they do
 * here; an op that knows a faster derivative overrides them.
 */
public interface Composite extends Op {
    /** The outputs for inputs x, written with other ops: what the op computes, but for rounding. */
    List<Value> formula(Value[] x);

    /** {@inheritDoc} Or null: that of the formula. */
    @Override
    default List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return null;
    }

    /** {@inheritDoc} Or null: that of the formula. */
    @Override
    default List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return null;
    }
}
