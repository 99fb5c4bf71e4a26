package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

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

    /** Given numbers. */
    default Value constant(Literal numbers) {
        return apply(new Constant(numbers), List.of()).get(0);
    }

    /** Positions along an axis, which may count from the last: 0, 1, 2, ..., the same for all positions of the others. */
    default Value iota(Shape shape, int axis, DType dtype) {
        return apply(new Iota(shape, shape.axis(axis), dtype), List.of()).get(0);
    }
}
