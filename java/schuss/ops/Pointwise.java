package schuss.ops;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
        if (slope.equals(Expression.constant(0))) {
            return null;
        }
        // operands of the gradient op: dy, then only what the slope reads, renumbered
        List<Value> operands = new ArrayList<>(List.of(dy));
        int[] renumbered = new int[arity];
        IntStream.range(0, arity).filter(slope::reads).forEach(i -> {
            renumbered[i] = operands.size();
            operands.add(x[i]);
        });
        Expression output = Expression.input(operands.size());
        if (slope.readsOutput()) {
            operands.add(y);
        }
        Expression product = Expression.input(0).mul(slope.substitute(i -> Expression.input(renumbered[i]), output));
        Value full = product.equals(Expression.input(0))
                ? dy
                : Value.of(new Pointwise(product, operands.size()), operands.toArray(Value[]::new));
        return full.sumTo(x[input].shape()).cast(x[input].dtype());
    }
}
