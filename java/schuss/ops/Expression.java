package schuss.ops;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * A formula for one element of a {@link Pointwise} op, with its symbolic derivative. Activations, losses and optimisers
 * are written with it, and every backend knows how to compute it.
 *
 * <pre>{@code
 * Expression x = Expression.input(0);
 * Expression silu = x.mul(x.sigmoid());
 * silu.derivative(0).evaluate(1.0);    // 0.927670...
 * }</pre>
 */
public sealed interface Expression {
    /** The element of the op's input with this index. */
    record Input(int index) implements Expression {
        @Override
        public String toString() {
            return String.valueOf((char) ('a' + index));
        }
    }

    /** The op's own result, in derivatives that are cheaper to write with it: d tanh = 1 - y*y. */
    record Output() implements Expression {
        @Override
        public String toString() {
            return "y";
        }
    }

    record Constant(double value) implements Expression {
        @Override
        public String toString() {
            return value == Math.rint(value) && Math.abs(value) < 1e6
                    ? String.format(Locale.ROOT, "%.0f", value)
                    : String.valueOf((float) value);
        }
    }

    record Unary(Function1 function, Expression x) implements Expression {
        @Override
        public String toString() {
            return function.name().toLowerCase(Locale.ROOT) + "(" + x + ")";
        }
    }

    record Binary(Function2 function, Expression a, Expression b) implements Expression {
        @Override
        public String toString() {
            return function.symbol().isEmpty()
                    ? function.name().toLowerCase(Locale.ROOT) + "(" + a + ", " + b + ")"
                    : "(" + a + " " + function.symbol() + " " + b + ")";
        }
    }

    /** {@code condition != 0 ? then : otherwise}. */
    record Where(Expression condition, Expression then, Expression otherwise) implements Expression {
        @Override
        public String toString() {
            return "where(" + condition + ", " + then + ", " + otherwise + ")";
        }
    }

    static Expression input(int index) {
        return new Input(index);
    }

    static Expression constant(double value) {
        return new Constant(value);
    }

    static Expression where(Expression condition, Expression then, Expression otherwise) {
        return Simplify.where(condition, then, otherwise);
    }

    default Expression apply(Function1 function) {
        return Simplify.unary(function, this);
    }

    default Expression apply(Function2 function, Expression other) {
        return Simplify.binary(function, this, other);
    }

    default Expression add(Expression other) {
        return apply(Function2.ADD, other);
    }

    default Expression sub(Expression other) {
        return apply(Function2.SUB, other);
    }

    default Expression mul(Expression other) {
        return apply(Function2.MUL, other);
    }

    default Expression div(Expression other) {
        return apply(Function2.DIV, other);
    }

    default Expression max(Expression other) {
        return apply(Function2.MAX, other);
    }

    default Expression min(Expression other) {
        return apply(Function2.MIN, other);
    }

    /** 1 where this is greater than the other, else 0. */
    default Expression greater(Expression other) {
        return apply(Function2.GREATER, other);
    }

    /** 1 where both are equal, else 0. */
    default Expression equal(Expression other) {
        return apply(Function2.EQUAL, other);
    }

    /** 1 where both differ, else 0. */
    default Expression notEqual(Expression other) {
        return apply(Function2.NOT_EQUAL, other);
    }

    /** 1 where this is at least the other, else 0. */
    default Expression greaterEqual(Expression other) {
        return apply(Function2.GREATER_EQUAL, other);
    }

    /** 1 where both are other than 0, else 0. */
    default Expression and(Expression other) {
        return apply(Function2.AND, other);
    }

    /** 1 where one is other than 0, else 0. */
    default Expression or(Expression other) {
        return apply(Function2.OR, other);
    }

    /** 1 where this is 0, else 0. */
    default Expression not() {
        return apply(Function1.NOT);
    }

    default Expression pow(Expression other) {
        return apply(Function2.POW, other);
    }

    default Expression add(double other) {
        return add(constant(other));
    }

    default Expression sub(double other) {
        return sub(constant(other));
    }

    default Expression mul(double other) {
        return mul(constant(other));
    }

    default Expression div(double other) {
        return div(constant(other));
    }

    default Expression neg() {
        return apply(Function1.NEG);
    }

    default Expression abs() {
        return apply(Function1.ABS);
    }

    default Expression exp() {
        return apply(Function1.EXP);
    }

    default Expression log() {
        return apply(Function1.LOG);
    }

    default Expression log1p() {
        return apply(Function1.LOG1P);
    }

    default Expression sqrt() {
        return apply(Function1.SQRT);
    }

    default Expression square() {
        return apply(Function1.SQUARE);
    }

    default Expression reciprocal() {
        return apply(Function1.RECIPROCAL);
    }

    default Expression tanh() {
        return apply(Function1.TANH);
    }

    default Expression sigmoid() {
        return apply(Function1.SIGMOID);
    }

    default Expression relu() {
        return apply(Function1.RELU);
    }

    /** The value for these inputs, in double. */
    default double evaluate(double... inputs) {
        if (this instanceof Input i) {
            return inputs[i.index];
        } else if (this instanceof Constant c) {
            return c.value;
        } else if (this instanceof Unary u) {
            return u.function.evaluate(u.x.evaluate(inputs));
        } else if (this instanceof Binary b) {
            return b.function.evaluate(b.a.evaluate(inputs), b.b.evaluate(inputs));
        } else if (this instanceof Where w) {
            return w.condition.evaluate(inputs) != 0 ? w.then.evaluate(inputs) : w.otherwise.evaluate(inputs);
        }
        throw new IllegalStateException("Expression " + this + ": expected no reference to the result");
    }

    /**
     * The partial derivative with respect to one input. It may read the op's own result ({@link Output}) where that is
     * all it needs; otherwise it reads inputs only.
     */
    default Expression derivative(int input) {
        Expression viaOutput = Derivative.of(this, input, new Output());
        return viaOutput.readsInputs() && viaOutput.readsOutput() ? viaOutput.substitute(Input::new, this) : viaOutput;
    }

    /** This expression with each input replaced, and {@link Output} replaced by {@code output}. */
    default Expression substitute(IntFunction<Expression> inputs, Expression output) {
        if (this instanceof Input i) {
            return inputs.apply(i.index);
        } else if (this instanceof Output) {
            return output;
        } else if (this instanceof Unary u) {
            return u.x.substitute(inputs, output).apply(u.function);
        } else if (this instanceof Binary b) {
            return b.a.substitute(inputs, output).apply(b.function, b.b.substitute(inputs, output));
        } else if (this instanceof Where w) {
            return where(
                    w.condition.substitute(inputs, output),
                    w.then.substitute(inputs, output),
                    w.otherwise.substitute(inputs, output));
        }
        return this;
    }

    /** Whether the input with this index occurs. */
    default boolean reads(int input) {
        return contains(e -> e instanceof Input i && i.index == input);
    }

    default boolean readsInputs() {
        return contains(Input.class::isInstance);
    }

    default boolean readsOutput() {
        return contains(Output.class::isInstance);
    }

    /** The number of functions in this expression. */
    default int operations() {
        if (this instanceof Unary u) {
            return 1 + u.x.operations();
        } else if (this instanceof Binary b) {
            return 1 + b.a.operations() + b.b.operations();
        } else if (this instanceof Where w) {
            return 1 + w.condition.operations() + w.then.operations() + w.otherwise.operations();
        }
        return 0;
    }

    /** The number of functions in several expressions together; what occurs more than once is computed once. */
    static int operations(List<Expression> formulas) {
        Set<Expression> functions = new HashSet<>();
        formulas.forEach(formula -> formula.gatherFunctions(functions));
        return functions.size();
    }

    private void gatherFunctions(Set<Expression> functions) {
        boolean seen = operations() == 0 || !functions.add(this);
        if (seen) {
            return;
        } else if (this instanceof Unary u) {
            u.x.gatherFunctions(functions);
        } else if (this instanceof Binary b) {
            b.a.gatherFunctions(functions);
            b.b.gatherFunctions(functions);
        } else if (this instanceof Where w) {
            w.condition.gatherFunctions(functions);
            w.then.gatherFunctions(functions);
            w.otherwise.gatherFunctions(functions);
        }
    }

    private boolean contains(java.util.function.Predicate<Expression> test) {
        Objects.requireNonNull(test);
        if (this instanceof Unary u) {
            return u.x.contains(test);
        } else if (this instanceof Binary b) {
            return b.a.contains(test) || b.b.contains(test);
        } else if (this instanceof Where w) {
            return w.condition.contains(test) || w.then.contains(test) || w.otherwise.contains(test);
        }
        return test.test(this);
    }
}
