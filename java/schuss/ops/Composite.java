package schuss.ops;

import java.util.List;

/**
 * An op that could also be written as a formula of other ops. One kernel computes it faster than the formula would; the
 * formula provides the derivatives that nobody wrote by hand. Differentiation falls back to it wherever {@code
 * gradient} or {@code tangent} return null, which is their default here; an op that knows a faster derivative overrides
 * them.
 */
public interface Composite extends Op {
    /**
     * Writes what the op computes with other ops; the results differ in rounding only.
     *
     * @param x the inputs
     * @return one value per output
     */
    List<Value> formula(Value[] x);

    /** {@inheritDoc} Null as a whole means: differentiate the formula instead. */
    @Override
    default List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return null;
    }

    /** {@inheritDoc} Null as a whole means: differentiate the formula instead. */
    @Override
    default List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return null;
    }
}
