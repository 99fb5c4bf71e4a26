package schuss.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Applies a formula to every element of its inputs, which broadcast against each other: y[i] = f(a[i], b[i], ...). All
 * activations, their gradients, the formulas of losses and all fused chains of these are this one op.
 *
 * <p>The element type of the result follows from those of the inputs:
 *
 * <ul>
 *   <li>Inputs of one type give that type. If types are mixed, the first of f32, bf16, i64, i32, u8 that occurs wins.
 *   <li>Integers become f32 where the formula leaves the integers, as in a division or a factor of 0.5.
 *   <li>Comparisons and logic give bool; a bool in arithmetic counts as f32.
 * </ul>
 *
 * <p>A formula of integers only is computed in 64 bits, and the result keeps the lowest bits of its type. All others
 * are computed in f32, whatever the types of the inputs, and rounded once when the result is stored.
 *
 * <p>Gradient of an input: again pointwise, dy times the symbolic derivative, summed over the axes along which the
 * input was broadcast.
 *
 * <pre>{@code
 * Expression x = Expression.input(0);
 * Value silu = Value.of(new Pointwise(x.mul(x.sigmoid()), 1), h);   // the same as h.map(e -> e.mul(e.sigmoid()))
 * }</pre>
 *
 * @param expression the formula
 * @param arity the number of inputs, at least 1
 */
public record Pointwise(Expression expression, int arity) implements Op {
    @Override
    public String name() {
        return "Pointwise " + expression;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == arity && arity > 0, arity + " inputs", inputs.size());
        Shape shape = inputs.get(0).shape();
        for (Type input : inputs) {
            expect(input.dtype() != DType.F64, "elements of f32, bf16, i32, i64, u8 or bool", inputs);
            shape = shape.broadcast(input.shape());
        }
        List<DType> dtypes = dtypes(inputs);
        expect(ResultType.isLogicOfTruths(expression, dtypes), "logic of truth values (bool)", inputs);
        return List.of(new Type(ResultType.of(expression, dtypes), shape));
    }

    /**
     * {@return whether the formula is computed in integers}
     *
     * @param inputs the types of the inputs
     */
    public boolean inIntegers(List<Type> inputs) {
        return ResultType.inIntegers(expression, dtypes(inputs));
    }

    private static List<DType> dtypes(List<Type> inputs) {
        return inputs.stream().map(Type::dtype).toList();
    }

    @Override
    public long operations(List<Type> inputs) {
        return Expression.operations(List.of(expression))
                * infer(inputs).get(0).shape().size();
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return Footprint.POINT;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        List<Value> gradients = new ArrayList<>();
        for (int i = 0; i < arity; i++) {
            boolean real = x[i].dtype().isFloatingPoint() && y[0].dtype().isFloatingPoint();
            gradients.add(real ? gradient(i, x, y[0], dy[0]) : null);
        }
        return gradients;
    }

    private Value gradient(int input, Value[] x, Value y, Value dy) {
        Expression slope = expression.derivative(input);
        return slope.equals(Expression.constant(0))
                ? null
                : weighted(List.of(slope), List.of(dy), x, y)
                        .sumTo(x[input].shape())
                        .cast(x[input].dtype());
    }

    /** One op: the sum over the inputs of dx times the symbolic derivative. */
    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        List<Expression> slopes = new ArrayList<>();
        List<Value> factors = new ArrayList<>();
        for (int i = 0; i < arity; i++) {
            Expression slope = expression.derivative(i);
            if (dx[i] != null && !slope.equals(Expression.constant(0))) {
                slopes.add(slope);
                factors.add(dx[i]);
            }
        }
        if (slopes.isEmpty() || !y[0].dtype().isFloatingPoint()) {
            return Collections.singletonList(null);
        }
        Value tangent = weighted(slopes, factors, x, y[0]);
        return List.of(tangent.broadcastTo(y[0].shape()).cast(y[0].dtype()));
    }

    /** The sum of the slopes, each times its factor. Slopes may read x and y. */
    private Value weighted(List<Expression> slopes, List<Value> factors, Value[] x, Value y) {
        // operands of the op: the factors, then only what the slopes read, renumbered
        List<Value> operands = new ArrayList<>(factors);
        int[] renumbered = new int[arity];
        for (int i = 0; i < arity; i++) {
            int input = i;
            if (slopes.stream().anyMatch(slope -> slope.reads(input))) {
                renumbered[i] = operands.size();
                operands.add(x[i]);
            }
        }
        Expression output = Expression.input(operands.size());
        if (slopes.stream().anyMatch(Expression::readsOutput)) {
            operands.add(y);
        }
        Expression sum = Expression.constant(0);
        for (int i = 0; i < slopes.size(); i++) {
            Expression slope = slopes.get(i).substitute(input -> Expression.input(renumbered[input]), output);
            sum = sum.add(Expression.input(i).mul(slope));
        }
        return sum.equals(Expression.input(0))
                ? factors.get(0)
                : Value.of(new Pointwise(sum, operands.size()), operands.toArray(Value[]::new));
    }
}
