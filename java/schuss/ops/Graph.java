package schuss.ops;

import java.util.List;

/** Where applied ops are recorded. Values belong to one graph; only values of the same graph meet in an op. */
public interface Graph {
    /** Records the op and returns its outputs. */
    List<Value> apply(Op op, List<Value> inputs);
}
