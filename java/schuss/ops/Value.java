package schuss.ops;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;

/**
 * A symbolic tensor: it has an element type and a shape, but no numbers yet. Layers, losses and metrics compute with
 * values: every method records one step of the program that is being built and returns the result of that step as a new
 * value.
 *
 * <pre>{@code
 * Value h = x.matmul(w).add(b).relu();
 * Value silu = h.map(e -> e.mul(e.sigmoid()));
 * }</pre>
 *
 * <p>Element-wise methods broadcast as in NumPy: shapes are aligned at their last axes, and an axis of extent 1, or a
 * missing one, is repeated. Axes may be counted from the end: -1 is the last. Methods throw {@link
 * IllegalArgumentException}, which names the op, if shapes or element types do not fit. {@link Pointwise} says which
 * element type a result has.
 */
public final class Value {
    private final Graph graph;
    private final int id;
    private final Type type;

    /**
     * Used by implementations of {@link Graph}; everybody else gets values from a graph or from other values.
     *
     * @param graph the graph that made the value
     * @param id the number of the value in the graph
     * @param type the element type and shape
     */
    public Value(Graph graph, int id, Type type) {
        this.graph = graph;
        this.id = id;
        this.type = type;
    }

    /** {@return the graph that records what is computed with this value} */
    public Graph graph() {
        return graph;
    }

    /** {@return the number of this value in its graph, as listings print it: {@code %7} is number 7} */
    public int id() {
        return id;
    }

    /** {@return the element type and shape} */
    public Type type() {
        return type;
    }

    /** {@return the extents, outermost first} */
    public Shape shape() {
        return type.shape();
    }

    /** {@return the element type} */
    public DType dtype() {
        return type.dtype();
    }

    /**
     * Records any op, your own too, and returns its first output; most ops have only that one.
     *
     * @param op the operation
     * @param inputs its inputs, at least one
     * @return the first output
     * @throws IllegalArgumentException if there are no inputs, or they do not fit the op
     */
    public static Value of(Op op, Value... inputs) {
        return outputs(op, inputs).get(0);
    }

    /**
     * Records any op and returns all its outputs.
     *
     * @param op the operation
     * @param inputs its inputs, at least one; all from one graph, or from graphs that enclose it
     * @return the outputs
     * @throws IllegalArgumentException if there are no inputs, or they do not fit the op
     */
    public static List<Value> outputs(Op op, Value... inputs) {
        if (inputs.length == 0) {
            throw new IllegalArgumentException(op.name() + ": expected at least one input, got none");
        }
        Graph innermost = inputs[0].graph;
        for (Value input : inputs) {
            innermost = input.graph.depth() > innermost.depth() ? input.graph : innermost;
        }
        return innermost.apply(op, Arrays.asList(inputs));
    }

    /** Applies a formula to every element: {@code x.map(e -> e.mul(e.sigmoid()))}. The shape stays the same. */
    public Value map(UnaryOperator<Expression> function) {
        return of(new Pointwise(function.apply(Expression.input(0)), 1), this);
    }

    /** Applies a formula to every pair of elements of this and another value, which broadcast against each other. */
    public Value map(Value other, BinaryOperator<Expression> function) {
        return of(new Pointwise(function.apply(Expression.input(0), Expression.input(1)), 2), this, other);
    }

    /** {@return the element-wise sum, this + other} */
    public Value add(Value other) {
        return map(other, Expression::add);
    }

    /** {@return the element-wise difference, this - other} */
    public Value sub(Value other) {
        return map(other, Expression::sub);
    }

    /** {@return the element-wise product, this * other; {@link #matmul} is the matrix product} */
    public Value mul(Value other) {
        return map(other, Expression::mul);
    }

    /** {@return the element-wise quotient, this / other} */
    public Value div(Value other) {
        return map(other, Expression::div);
    }

    /** {@return every element times a constant} */
    public Value mul(double factor) {
        return map(e -> e.mul(factor));
    }

    /** {@return every element with the opposite sign, -x} */
    public Value neg() {
        return map(Expression::neg);
    }

    /** {@return the square of every element, x * x} */
    public Value square() {
        return map(Expression::square);
    }

    /** {@return the exponential of every element, e^x} */
    public Value exp() {
        return map(Expression::exp);
    }

    /** {@return the rectified linear unit, max(x, 0)} Its slope at 0 is taken as 0. */
    public Value relu() {
        return map(Expression::relu);
    }

    /** {@return the logistic function of every element, 1 / (1 + exp(-x))} */
    public Value sigmoid() {
        return map(Expression::sigmoid);
    }

    /** {@return the hyperbolic tangent of every element} */
    public Value tanh() {
        return map(Expression::tanh);
    }

    /** {@return the elements converted to another element type; {@link Cast} says how they are rounded} */
    public Value cast(DType to) {
        return to == dtype() ? this : of(new Cast(to), this);
    }

    /** {@return where both are equal, as bool; NaN is equal to nothing, and neither smaller nor greater} */
    public Value equal(Value other) {
        return map(other, Expression::equal);
    }

    /** {@return where this differs from the other, as bool} */
    public Value notEqual(Value other) {
        return map(other, Expression::notEqual);
    }

    /** {@return where this is smaller than the other, as bool} */
    public Value less(Value other) {
        return map(other, (a, b) -> b.greater(a));
    }

    /** {@return where this is smaller than or equal to the other, as bool} */
    public Value lessEqual(Value other) {
        return map(other, (a, b) -> b.greaterEqual(a));
    }

    /** {@return where this is greater than the other, as bool} */
    public Value greater(Value other) {
        return map(other, Expression::greater);
    }

    /** {@return where this is greater than or equal to the other, as bool} */
    public Value greaterEqual(Value other) {
        return map(other, Expression::greaterEqual);
    }

    /** {@return where both are true; both must be bool} */
    public Value and(Value other) {
        return map(other, Expression::and);
    }

    /** {@return where at least one is true; both must be bool} */
    public Value or(Value other) {
        return map(other, Expression::or);
    }

    /** {@return where this value, which is bool, is false} */
    public Value not() {
        return map(Expression::not);
    }

    /**
     * Chooses element by element: {@code then} where the condition is true, {@code otherwise} where it is false. All
     * three broadcast against each other.
     *
     * @param condition the choice; a number counts as true unless it is 0
     * @param then the elements where the condition is true
     * @param otherwise the elements where it is false
     * @return the chosen elements
     */
    public static Value where(Value condition, Value then, Value otherwise) {
        Expression choice = Expression.where(Expression.input(0), Expression.input(1), Expression.input(2));
        return of(new Pointwise(choice, 3), condition, then, otherwise);
    }

    /**
     * {@return the matrix product of this (..., m, k) and the other (..., k, n), of shape (..., m, n)} The axes before
     * the last two broadcast: (batch, heads, m, k) meets (batch, heads, k, n) or a single matrix (k, n).
     */
    public Value matmul(Value other) {
        return of(new MatMul(false, false), this, other);
    }

    /** {@return the same elements in row-major order, seen in another shape of the same size; nothing is copied} */
    public Value reshape(Shape shape) {
        return shape.equals(shape()) ? this : of(new Reshape(shape), this);
    }

    /** {@return the elements repeated to a larger shape, by the rule of element-wise operations} */
    public Value broadcastTo(Shape shape) {
        return shape.equals(shape()) ? this : of(new BroadcastTo(shape), this);
    }

    /** {@return the sum over some axes, which disappear from the shape; over all if none is given} */
    public Value sum(int... axes) {
        return of(Reduce.sum(shape(), axes), this);
    }

    /** {@return the mean over some axes, which disappear from the shape; over all if none is given} */
    public Value mean(int... axes) {
        return of(Reduce.mean(shape(), axes), this);
    }

    /** Sums over the axes along which a shape was broadcast to this value's shape: the gradient of broadcasting. */
    public Value sumTo(Shape shape) {
        return Reduce.sumTo(this, shape);
    }

    /** {@return the largest element over some axes, all if none is given, which disappear; NaN if one is NaN} */
    public Value max(int... axes) {
        return Max.over(this, axes);
    }

    /** {@return the smallest element over some axes, all if none is given, which disappear; NaN if one is NaN} */
    public Value min(int... axes) {
        return neg().max(axes).neg();
    }

    /**
     * Joins values along one axis, one after the other. All other extents and the element types are equal.
     *
     * @param axis the axis to join along; negative axes count from the last
     * @param parts the values to join, at least one
     * @return the joined value
     */
    public static Value concat(int axis, Value... parts) {
        return parts.length == 1
                ? parts[0]
                : of(new Concatenate(parts[0].shape().axis(axis)), parts);
    }

    /** {@return the elements from index {@code begin} up to but not including {@code end} along one axis} */
    public Value slice(int axis, int begin, int end) {
        int[] first = new int[shape().rank()];
        int[] last = shape().dimensions();
        first[shape().axis(axis)] = begin;
        last[shape().axis(axis)] = end;
        return slice(first, last);
    }

    /** {@return the elements of a box, from {@code begin} up to but not including {@code end} along each axis} */
    public Value slice(int[] begin, int[] end) {
        boolean whole = Arrays.equals(begin, new int[shape().rank()]) && Arrays.equals(end, shape().dimensions());
        return whole ? this : of(new Slice(list(begin), list(end)), this);
    }

    /** {@return the elements surrounded by zeros, so many before and after them along each axis} */
    public Value pad(int[] before, int[] after) {
        int[] none = new int[shape().rank()];
        boolean nothing = Arrays.equals(before, none) && Arrays.equals(after, none);
        return nothing ? this : of(new Pad(list(before), list(after)), this);
    }

    /**
     * Reorders the axes: axis i of the result is axis {@code permutation[i]} of this value.
     *
     * @param permutation each axis once; if none is given, the order is reversed
     * @return the value with its axes reordered
     */
    public Value transpose(int... permutation) {
        int rank = shape().rank();
        IntStream order = permutation.length == 0
                ? IntStream.range(0, rank).map(i -> rank - 1 - i)
                : IntStream.of(permutation).map(shape()::axis);
        List<Integer> axes = order.boxed().toList();
        boolean same = axes.equals(IntStream.range(0, rank).boxed().toList());
        return same ? this : of(new Transpose(axes), this);
    }

    /**
     * Looks up rows of this table (rows, ...) by index, as an embedding does. The result has the shape of the indices
     * followed by that of a row. An index outside of 0 .. rows - 1 gives NaN.
     *
     * @param indices of type i32 or i64, of any shape
     * @return the rows
     */
    public Value gather(Value indices) {
        return of(new Gather(), this, indices);
    }

    private static List<Integer> list(int[] values) {
        return IntStream.of(values).boxed().toList();
    }

    /**
     * {@return a constant f32 tensor in the same program: {@code x.mul(x.constant(Shape.of(2), 0.5, 2))}}
     *
     * @param shape the extents
     * @param values the elements in row-major order
     */
    public Value constant(Shape shape, double... values) {
        return constant(Literal.of(shape, values));
    }

    /** {@return a constant tensor in the same program: {@code x.constant(Literal.of(Shape.of(2), 7, 9))}} */
    public Value constant(Literal numbers) {
        return graph.constant(numbers);
    }

    /**
     * {@return a tensor in the same program whose elements are their own positions along one axis: 0, 1, 2, ...}
     *
     * @param shape the extents
     * @param axis the axis to count along; negative axes count from the last
     * @param dtype f32, i32 or i64
     */
    public Value iota(Shape shape, int axis, DType dtype) {
        return graph.iota(shape, axis, dtype);
    }

    /** {@return an f32 tensor in the same program that repeats one number} */
    public Value fill(Shape shape, double number) {
        return graph.apply(new Fill(shape, number), List.of()).get(0);
    }

    /** {@return the softmax over the last axis, exp(x) / sum(exp(x))} */
    public Value softmax() {
        return of(new Softmax(), this);
    }

    /**
     * {@return the logarithm of the softmax over the last axis, x - log(sum(exp(x))), without its loss of precision}
     */
    public Value logSoftmax() {
        return of(new LogSoftmax(), this);
    }

    /** Two values are equal if number and type are: programs are compared so, whichever graphs made their values. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Value value && id == value.id && type.equals(value.type);
    }

    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public String toString() {
        return "%" + id + ":" + type;
    }
}
