package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Records the ops that are applied to values. The usual graph is a {@link schuss.ir.ProgramBuilder}: a program that is
 * being built. The inputs of one op must come from one graph, or from graphs that enclose it.
 */
public interface Graph {
    /**
     * Records one op.
     *
     * @param op the operation
     * @param inputs its inputs, perhaps none
     * @return its outputs
     */
    List<Value> apply(Op op, List<Value> inputs);

    /**
     * {@return how many graphs this one is nested in, 0 for none} The steps of a nested graph may also use values of
     * the graphs around it.
     */
    default int depth() {
        return 0;
    }

    /**
     * Records a constant tensor.
     *
     * @param numbers the type, shape and elements
     * @return the tensor
     */
    default Value constant(Literal numbers) {
        return apply(new Constant(numbers), List.of()).get(0);
    }

    /**
     * Records a tensor whose elements are their own positions along one axis: 0, 1, 2, ..., the same for all positions
     * of the other axes.
     *
     * @param shape the extents
     * @param axis the axis to count along; negative axes count from the last
     * @param dtype f32, i32 or i64
     * @return the tensor
     */
    default Value iota(Shape shape, int axis, DType dtype) {
        return apply(new Iota(shape, shape.axis(axis), dtype), List.of()).get(0);
    }
}
