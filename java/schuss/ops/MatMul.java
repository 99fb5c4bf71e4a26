package schuss.ops;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import schuss.Shape;

/**
 * The matrix product y = op(a) op(b), where op transposes if its flag is set. a is (..., m, k), or (..., k, m) if
 * transposed; b is (..., k, n), or (..., n, k) if transposed; y is (..., m, n). The leading axes, if any, broadcast as
 * in an element-wise op, with one product for each of their positions. Both operands are f32 or both bf16, and so is y.
 *
 * <p>Gradients: da = dy b', db = a' dy, and the transposed forms of these. Each is one more product, summed over the
 * axes along which the operand was broadcast.
 *
 * @param transposeA whether a is given transposed
 * @param transposeB whether b is given transposed
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Op {
    @Override
    public String name() {
        return transposeA || transposeB ? "MatMul" + (transposeA ? " a'" : "") + (transposeB ? " b'" : "") : "MatMul";
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 2, "2 inputs", inputs.size());
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        expect(a.rank() >= 2 && b.rank() >= 2, "two matrices, or stacks of them", List.of(a, b));
        expect(expectReal(inputs, 0).dtype() == inputs.get(1).dtype(), "matrices of one type", inputs);
        expect(inner(a) == b.dim(transposeB ? -1 : -2), "equal inner extents", List.of(a, b));
        Shape y = Shape.of(rows(a), b.dim(transposeB ? -2 : -1));
        if (a.rank() > 2 || b.rank() > 2) {
            y = stacked(stack(this, a, b), y);
        }
        return List.of(new Type(inputs.get(0).dtype(), y));
    }

    /** The leading axes of a and b, broadcast. */
    private static Shape stack(Op op, Shape a, Shape b) {
        Shape stackOfA = leading(a);
        Shape stackOfB = leading(b);
        try {
            return stackOfA.broadcast(stackOfB);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    op.name() + ": expected axes before the last two that broadcast, got " + a + " and " + b, e);
        }
    }

    private static Shape leading(Shape x) {
        return Shape.of(Arrays.copyOf(x.dimensions(), x.rank() - 2));
    }

    private static Shape stacked(Shape stack, Shape matrix) {
        return Shape.of(IntStream.concat(IntStream.of(stack.dimensions()), IntStream.of(matrix.dimensions()))
                .toArray());
    }

    /**
     * {@return the extent k over which the product sums}
     *
     * @param a the shape of the first operand
     */
    public int inner(Shape a) {
        return a.dim(transposeA ? -2 : -1);
    }

    private int rows(Shape a) {
        return a.dim(transposeA ? -1 : -2);
    }

    @Override
    public long multiplyAdds(List<Type> inputs) {
        Shape y = infer(inputs).get(0).shape();
        return y.size() * inner(inputs.get(0).shape());
    }

    /** A point if all rows of a are multiplied by one matrix b: every row is a position of its own. */
    @Override
    public Footprint footprint(List<Type> inputs) {
        return transposeA || inputs.get(1).shape().rank() > 2 ? null : Footprint.POINT;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        Value a = x[0];
        Value b = x[1];
        Value d = dy[0];
        if (a.shape().rank() > 2 && b.shape().rank() == 2 && !transposeA) {
            // one matrix for all rows of a: sums over the stack are part of the product
            List<Value> flat = gradients(flattened(a), b, flattened(d));
            return List.of(flat.get(0).reshape(a.shape()), flat.get(1));
        }
        return gradients(a, b, d);
    }

    private static Value flattened(Value stack) {
        Shape shape = stack.shape();
        return stack.reshape(Shape.of(Math.toIntExact(shape.size() / shape.dim(-1)), shape.dim(-1)));
    }

    private List<Value> gradients(Value a, Value b, Value d) {
        Value da = transposeA ? product(b, transposeB, d, true) : product(d, false, b, !transposeB);
        Value db = transposeB ? product(d, true, a, transposeA) : product(a, !transposeA, d, false);
        return List.of(da.sumTo(a.shape()), db.sumTo(b.shape()));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return Linear.product(this, x, dx);
    }

    private static Value product(Value a, boolean transposeA, Value b, boolean transposeB) {
        return Value.of(new MatMul(transposeA, transposeB), a, b);
    }
}
