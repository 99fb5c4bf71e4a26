package schuss.ops;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;

/**
 * A symbolic tensor: a numbered place in a program. It has a shape and a type but no numbers. While its program is being
 * built, it is what layers compute with: every method records a step and returns its result.
 *
 * <pre>{@code
 * Value h = x.matmul(w).add(b).relu();
 * Value silu = h.map(e -> e.mul(e.sigmoid()));
 * }</pre>
 */
public final class Value {
    private final Graph graph;
    private final int id;
    private final Type type;

    /** Made by graphs only. */
    public Value(Graph graph, int id, Type type) {
        this.graph = graph;
        this.id = id;
        this.type = type;
    }

    public Graph graph() {
        return graph;
    }

    /** The number of this value in its graph, as listings print it. */
    public int id() {
        return id;
    }

    public Type type() {
        return type;
    }

    public Shape shape() {
        return type.shape();
    }

    public DType dtype() {
        return type.dtype();
    }

    /** Records any op on these inputs and returns its only output. */
    public static Value of(Op op, Value... inputs) {
        return outputs(op, inputs).get(0);
    }

    /** Records any op on these inputs; all inputs must stem from one graph, or from those around it. */
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

    /** An elementwise function of this value: {@code x.map(e -> e.mul(e.sigmoid()))}. */
    public Value map(UnaryOperator<Expression> function) {
        return of(new Pointwise(function.apply(Expression.input(0)), 1), this);
    }

    /** An elementwise function of two values, which broadcast against each other. */
    public Value map(Value other, BinaryOperator<Expression> function) {
        return of(new Pointwise(function.apply(Expression.input(0), Expression.input(1)), 2), this, other);
    }

    public Value add(Value other) {
        return map(other, Expression::add);
    }

    public Value sub(Value other) {
        return map(other, Expression::sub);
    }

    public Value mul(Value other) {
        return map(other, Expression::mul);
    }

    public Value div(Value other) {
        return map(other, Expression::div);
    }

    public Value mul(double factor) {
        return map(e -> e.mul(factor));
    }

    public Value neg() {
        return map(Expression::neg);
    }

    public Value square() {
        return map(Expression::square);
    }

    public Value exp() {
        return map(Expression::exp);
    }

    public Value relu() {
        return map(Expression::relu);
    }

    public Value sigmoid() {
        return map(Expression::sigmoid);
    }

    public Value tanh() {
        return map(Expression::tanh);
    }

    /** The same numbers in another element type; see {@link Cast} for how they are rounded. */
    public Value cast(DType to) {
        return to == dtype() ? this : of(new Cast(to), this);
    }

    /** Where both are equal; comparisons give bool, and NaN is neither equal to anything nor smaller nor greater. */
    public Value equal(Value other) {
        return map(other, Expression::equal);
    }

    /** Where both differ. */
    public Value notEqual(Value other) {
        return map(other, Expression::notEqual);
    }

    /** Where this is smaller than the other. */
    public Value less(Value other) {
        return map(other, (a, b) -> b.greater(a));
    }

    /** Where this is at most the other. */
    public Value lessEqual(Value other) {
        return map(other, (a, b) -> b.greaterEqual(a));
    }

    /** Where this is greater than the other. */
    public Value greater(Value other) {
        return map(other, Expression::greater);
    }

    /** Where this is at least the other. */
    public Value greaterEqual(Value other) {
        return map(other, Expression::greaterEqual);
    }

    /** Where both are true, of two bools. */
    public Value and(Value other) {
        return map(other, Expression::and);
    }

    /** Where one or both are true, of two bools. */
    public Value or(Value other) {
        return map(other, Expression::or);
    }

    /** Where this, a bool, is false. */
    public Value not() {
        return map(Expression::not);
    }

    /** The elements of {@code then} where the condition is true, those of {@code otherwise} elsewhere; all broadcast. */
    public static Value where(Value condition, Value then, Value otherwise) {
        Expression choice = Expression.where(Expression.input(0), Expression.input(1), Expression.input(2));
        return of(new Pointwise(choice, 3), condition, then, otherwise);
    }

    /**
     * The matrix product of (m, k) and (k, n). Of values with more axes, those of the last two, which are matrices; the axes
     * before them broadcast, so that (batch, heads, m, k) meets (batch, heads, k, n) or (k, n).
     */
    public Value matmul(Value other) {
        return of(new MatMul(false, false), this, other);
    }

    /** The same elements in another shape of the same size. */
    public Value reshape(Shape shape) {
        return shape.equals(shape()) ? this : of(new Reshape(shape), this);
    }

    /** Repeats the elements to a larger shape, as in an elementwise op. */
    public Value broadcastTo(Shape shape) {
        return shape.equals(shape()) ? this : of(new BroadcastTo(shape), this);
    }

    /** The sum over these axes (all when none is named), which disappear. */
    public Value sum(int... axes) {
        return of(Reduce.sum(shape(), axes), this);
    }

    /** The mean over these axes (all when none is named), which disappear. */
    public Value mean(int... axes) {
        return of(Reduce.mean(shape(), axes), this);
    }

    /** Sums over the axes along which {@code shape} was broadcast to this value's shape: the gradient of broadcasting. */
    public Value sumTo(Shape shape) {
        return Reduce.sumTo(this, shape);
    }

    /** The largest over these axes (all when none is named), which disappear; NaN where one is NaN. */
    public Value max(int... axes) {
        return Max.over(this, axes);
    }

    /** The smallest over these axes (all when none is named), which disappear; NaN where one is NaN. */
    public Value min(int... axes) {
        return neg().max(axes).neg();
    }

    /** Values one after the other along an axis, which may count from the last. */
    public static Value concat(int axis, Value... parts) {
        return parts.length == 1
                ? parts[0]
                : of(new Concatenate(parts[0].shape().axis(axis)), parts);
    }

    /** The elements from {@code begin} to before {@code end} along one axis, which may count from the last. */
    public Value slice(int axis, int begin, int end) {
        int[] first = new int[shape().rank()];
        int[] last = shape().dimensions();
        first[shape().axis(axis)] = begin;
        last[shape().axis(axis)] = end;
        return slice(first, last);
    }

    /** The elements of a box: from {@code begin} to before {@code end} along each axis. */
    public Value slice(int[] begin, int[] end) {
        boolean whole = Arrays.equals(begin, new int[shape().rank()]) && Arrays.equals(end, shape().dimensions());
        return whole ? this : of(new Slice(list(begin), list(end)), this);
    }

    /** Zeros in front and behind along each axis. */
    public Value pad(int[] before, int[] after) {
        int[] none = new int[shape().rank()];
        boolean nothing = Arrays.equals(before, none) && Arrays.equals(after, none);
        return nothing ? this : of(new Pad(list(before), list(after)), this);
    }

    /** Axes in another order: axis i of the result is axis {@code permutation[i]}; all reversed when none is named. */
    public Value transpose(int... permutation) {
        int rank = shape().rank();
        IntStream order = permutation.length == 0
                ? IntStream.range(0, rank).map(i -> rank - 1 - i)
                : IntStream.of(permutation).map(shape()::axis);
        List<Integer> axes = order.boxed().toList();
        boolean same = axes.equals(IntStream.range(0, rank).boxed().toList());
        return same ? this : of(new Transpose(axes), this);
    }

    /** The rows of this table with these i32 or i64 indices; NaN for an index that is none. */
    public Value gather(Value indices) {
        return of(new Gather(), this, indices);
    }

    private static List<Integer> list(int[] values) {
        return IntStream.of(values).boxed().toList();
    }

    /** Given numbers, row-major, in this value's program: {@code x.mul(x.constant(Shape.of(2), 0.5, 2))}. */
    public Value constant(Shape shape, double... values) {
        return constant(Literal.of(shape, values));
    }

    /** Given numbers of any type in this value's program: {@code tokens.constant(Literal.of(Shape.of(2), 7, 9))}. */
    public Value constant(Literal numbers) {
        return graph.constant(numbers);
    }

    /** In this value's program the positions along an axis of a shape, the axis perhaps counted from the last. */
    public Value iota(Shape shape, int axis, DType dtype) {
        return graph.iota(shape, axis, dtype);
    }

    /** One number, repeated, in this value's program. */
    public Value fill(Shape shape, double number) {
        return graph.apply(new Fill(shape, number), List.of()).get(0);
    }

    /** exp(x) / sum(exp(x)) over the last axis. */
    public Value softmax() {
        return of(new Softmax(), this);
    }

    /** x - log(sum(exp(x))) over the last axis. */
    public Value logSoftmax() {
        return of(new LogSoftmax(), this);
    }

    /** Whether both have one number and type; programs compare their values so, whichever graph made them. */
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
