package schuss.ops;

import java.util.List;

/**
 * Where applied ops are recorded, such as a program that is being built. Only values that were made by one graph, or that
 * it took over, meet in an op.
 */
public interface Graph {
    /** Records the op and returns its outputs. */
    List<Value> apply(Op op, List<Value> inputs);

    /** How many graphs it lies within: what is recorded inside may use values from around. */
    default int depth() {
        return 0;
    }
}
