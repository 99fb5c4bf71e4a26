package schuss.ops;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * An elementwise function of its inputs, which broadcast against each other: y[i] = f(a[i], b[i], ...).
 *
 * <p>The result's type follows from the inputs': numbers of one type stay in it; of several, f32 comes before bf16, i64,
 * i32 and u8; whole numbers become f32 where a function leaves them, such as a division or a factor of 0.5; comparisons and
 * logic give bool, which in arithmetic counts as f32. Formulas of whole numbers alone are computed in 64 bits, of which the
 * result keeps its own lowest; all others in f32, whatever they read, rounded once as the result is stored.
 *
 * <p>The gradient of an input is again pointwise: dy times the symbolic derivative, summed over the axes along which the
 * input was broadcast.
 *
 * @param expression the function
 * @param arity the number of inputs
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

    /** Whether it is computed in whole numbers. */
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

    /** One op: each dx times the symbolic derivative with respect to its input, added up. */
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

    /** The sum of slopes, which read x and y, each times a factor. */
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
