package schuss.ops;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * A formula for one element of a {@link Pointwise} op. Activations, losses and optimisers are written with it: it knows
 * its symbolic derivative, and every backend can compute it. An expression is an immutable tree; the methods below
 * build larger ones and simplify them, so constants are folded.
 *
 * <pre>{@code
 * Expression x = Expression.input(0);
 * Expression silu = x.mul(x.sigmoid());
 * silu.derivative(0).evaluate(1.0);    // 0.927670...
 * }</pre>
 *
 * <p>Comparisons and logic give 1 for true and 0 for false; every number other than 0 counts as true.
 */
public sealed interface Expression {
    /**
     * An element of one of the op's inputs.
     *
     * @param index which input, from 0; printed as a, b, c, ...
     */
    record Input(int index) implements Expression {
        @Override
        public String toString() {
            return String.valueOf((char) ('a' + index));
        }
    }

    /** The op's own result. Some derivatives are cheaper in terms of it, as in d tanh = 1 - y * y. */
    record Output() implements Expression {
        @Override
        public String toString() {
            return "y";
        }
    }

    /**
     * A fixed number.
     *
     * @param value the number
     */
    record Constant(double value) implements Expression {
        @Override
        public String toString() {
            return value == Math.rint(value) && Math.abs(value) < 1e6
                    ? String.format(Locale.ROOT, "%.0f", value)
                    : String.valueOf((float) value);
        }
    }

    /**
     * A function of one expression.
     *
     * @param function the function
     * @param x its argument
     */
    record Unary(Function1 function, Expression x) implements Expression {
        @Override
        public String toString() {
            return function.name().toLowerCase(Locale.ROOT) + "(" + x + ")";
        }
    }

    /**
     * A function of two expressions.
     *
     * @param function the function
     * @param a its first argument
     * @param b its second argument
     */
    record Binary(Function2 function, Expression a, Expression b) implements Expression {
        @Override
        public String toString() {
            return function.symbol().isEmpty()
                    ? function.name().toLowerCase(Locale.ROOT) + "(" + a + ", " + b + ")"
                    : "(" + a + " " + function.symbol() + " " + b + ")";
        }
    }

    /**
     * A choice: {@code condition != 0 ? then : otherwise}.
     *
     * @param condition the choice
     * @param then the value where the condition is not 0
     * @param otherwise the value where the condition is 0
     */
    record Where(Expression condition, Expression then, Expression otherwise) implements Expression {
        @Override
        public String toString() {
            return "where(" + condition + ", " + then + ", " + otherwise + ")";
        }
    }

    /** {@return the element of the input with this index, from 0} */
    static Expression input(int index) {
        return new Input(index);
    }

    /** {@return a fixed number} */
    static Expression constant(double value) {
        return new Constant(value);
    }

    /**
     * {@return a choice: {@code condition != 0 ? then : otherwise}} The derivative is that of the chosen expression.
     *
     * @param condition the choice
     * @param then the value where the condition is not 0
     * @param otherwise the value where the condition is 0
     */
    static Expression where(Expression condition, Expression then, Expression otherwise) {
        return Simplify.where(condition, then, otherwise);
    }

    /** {@return a function of this} */
    default Expression apply(Function1 function) {
        return Simplify.unary(function, this);
    }

    /** {@return a function of this and the other} */
    default Expression apply(Function2 function, Expression other) {
        return Simplify.binary(function, this, other);
    }

    /** {@return this + other} */
    default Expression add(Expression other) {
        return apply(Function2.ADD, other);
    }

    /** {@return this - other} */
    default Expression sub(Expression other) {
        return apply(Function2.SUB, other);
    }

    /** {@return this * other} */
    default Expression mul(Expression other) {
        return apply(Function2.MUL, other);
    }

    /** {@return this / other} */
    default Expression div(Expression other) {
        return apply(Function2.DIV, other);
    }

    /** {@return the larger of both; where they are equal, the derivative goes to the other} */
    default Expression max(Expression other) {
        return apply(Function2.MAX, other);
    }

    /** {@return the smaller of both; where they are equal, the derivative goes to this} */
    default Expression min(Expression other) {
        return apply(Function2.MIN, other);
    }

    /** {@return 1 where this &gt; other, else 0} */
    default Expression greater(Expression other) {
        return apply(Function2.GREATER, other);
    }

    /** {@return 1 where this = other, else 0} */
    default Expression equal(Expression other) {
        return apply(Function2.EQUAL, other);
    }

    /** {@return 1 where this differs from the other, else 0} */
    default Expression notEqual(Expression other) {
        return apply(Function2.NOT_EQUAL, other);
    }

    /** {@return 1 where this &ge; other, else 0} */
    default Expression greaterEqual(Expression other) {
        return apply(Function2.GREATER_EQUAL, other);
    }

    /** {@return 1 where neither is 0, else 0} */
    default Expression and(Expression other) {
        return apply(Function2.AND, other);
    }

    /** {@return 1 where at least one is not 0, else 0} */
    default Expression or(Expression other) {
        return apply(Function2.OR, other);
    }

    /** {@return 1 where this is 0, else 0} */
    default Expression not() {
        return apply(Function1.NOT);
    }

    /** {@return this to the power of the other} */
    default Expression pow(Expression other) {
        return apply(Function2.POW, other);
    }

    /** {@return this + other} */
    default Expression add(double other) {
        return add(constant(other));
    }

    /** {@return this - other} */
    default Expression sub(double other) {
        return sub(constant(other));
    }

    /** {@return this * other} */
    default Expression mul(double other) {
        return mul(constant(other));
    }

    /** {@return this / other} */
    default Expression div(double other) {
        return div(constant(other));
    }

    /** {@return -x} */
    default Expression neg() {
        return apply(Function1.NEG);
    }

    /** {@return |x|; its slope at 0 is taken as 0} */
    default Expression abs() {
        return apply(Function1.ABS);
    }

    /** {@return e^x} */
    default Expression exp() {
        return apply(Function1.EXP);
    }

    /** {@return the natural logarithm of x} */
    default Expression log() {
        return apply(Function1.LOG);
    }

    /** {@return log(1 + x), accurate near 0} */
    default Expression log1p() {
        return apply(Function1.LOG1P);
    }

    /** {@return the square root of x} */
    default Expression sqrt() {
        return apply(Function1.SQRT);
    }

    /** {@return x * x} */
    default Expression square() {
        return apply(Function1.SQUARE);
    }

    /** {@return 1 / x} */
    default Expression reciprocal() {
        return apply(Function1.RECIPROCAL);
    }

    /** {@return the hyperbolic tangent of x} */
    default Expression tanh() {
        return apply(Function1.TANH);
    }

    /** {@return the logistic function, 1 / (1 + exp(-x))} */
    default Expression sigmoid() {
        return apply(Function1.SIGMOID);
    }

    /** {@return max(x, 0); its slope at 0 is taken as 0} */
    default Expression relu() {
        return apply(Function1.RELU);
    }

    /**
     * Computes the formula in double precision.
     *
     * @param inputs the value of each input
     * @return the value of the formula
     * @throws IllegalStateException if the formula contains {@link Output}
     */
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
     * {@return the partial derivative with respect to one input} It may refer to the op's own result ({@link Output})
     * if it then needs no inputs; otherwise it reads inputs only.
     *
     * @param input which input, from 0
     */
    default Expression derivative(int input) {
        Expression viaOutput = Derivative.of(this, input, new Output());
        return viaOutput.readsInputs() && viaOutput.readsOutput() ? viaOutput.substitute(Input::new, this) : viaOutput;
    }

    /**
     * Replaces every input and {@link Output} by other expressions.
     *
     * @param inputs gives the replacement of an input for its index
     * @param output the replacement of {@link Output}
     * @return the new expression
     */
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

    /** {@return whether the formula contains the input with this index} */
    default boolean reads(int input) {
        return contains(e -> e instanceof Input i && i.index == input);
    }

    /** {@return whether the formula contains any input} */
    default boolean readsInputs() {
        return contains(Input.class::isInstance);
    }

    /** {@return whether the formula contains {@link Output}} */
    default boolean readsOutput() {
        return contains(Output.class::isInstance);
    }

    /** {@return the number of functions in this formula} */
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

    /** {@return the number of functions in several formulas; a part that occurs more than once is counted once} */
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
