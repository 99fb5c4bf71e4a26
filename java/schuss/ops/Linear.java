package schuss.ops;

import java.util.List;

/** Derivatives of ops that are linear in some of their inputs. */
final class Linear {
    private Linear() {}

    /** The tangent of an op that is linear in each of its two inputs: op(dx0, x1) + op(x0, dx1). */
    static List<Value> product(Op op, Value[] x, Value[] dx) {
        Value first = dx[0] == null ? null : Value.of(op, dx[0], x[1]);
        Value second = dx[1] == null ? null : Value.of(op, x[0], dx[1]);
        return List.of(sum(first, second));
    }

    /** a + b; null stands for 0. */
    static Value sum(Value a, Value b) {
        return a == null ? b : b == null ? a : a.add(b);
    }
}
