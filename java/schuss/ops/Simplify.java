package schuss.ops;

import schuss.ops.Expression.Binary;
import schuss.ops.Expression.Constant;
import schuss.ops.Expression.Unary;
import schuss.ops.Expression.Where;

/**
 * Builds expressions in simplified form, so that symbolic derivatives stay short: constants are folded, and adding 0 or
 * multiplying by 1 or 0 disappears. A product with a constant 0 is 0 even where the other factor is infinite:
 * derivatives rely on it.
 */
final class Simplify {
    private Simplify() {}

    static Expression unary(Function1 function, Expression x) {
        if (x instanceof Constant c) {
            return new Constant(function.evaluate(c.value()));
        }
        if (function == Function1.NEG && x instanceof Unary u && u.function() == Function1.NEG) {
            return u.x();
        }
        return new Unary(function, x);
    }

    static Expression binary(Function2 function, Expression a, Expression b) {
        if (a instanceof Constant p && b instanceof Constant q) {
            return new Constant(function.evaluate(p.value(), q.value()));
        }
        return switch (function) {
            case ADD -> is(a, 0) ? b : is(b, 0) ? a : new Binary(function, a, b);
            case SUB -> is(b, 0) ? a : is(a, 0) ? b.neg() : new Binary(function, a, b);
            case MUL ->
                is(a, 0) || is(b, 0)
                        ? new Constant(0)
                        : is(a, 1) ? b : is(b, 1) ? a : is(a, -1) ? b.neg() : is(b, -1) ? a.neg() : product(a, b);
            case DIV -> is(a, 0) ? a : is(b, 1) ? a : new Binary(function, a, b);
            default -> new Binary(function, a, b);
        };
    }

    static Expression where(Expression condition, Expression then, Expression otherwise) {
        if (condition instanceof Constant c) {
            return c.value() != 0 ? then : otherwise;
        }
        return then.equals(otherwise) ? then : new Where(condition, then, otherwise);
    }

    /** Moves constants to the front and merges them: 2 * (3 * x) is 6 * x. */
    private static Expression product(Expression a, Expression b) {
        if (b instanceof Constant) {
            return product(b, a);
        }
        if (a instanceof Constant p
                && b instanceof Binary q
                && q.function() == Function2.MUL
                && q.a() instanceof Constant r) {
            return q.b().mul(p.value() * r.value());
        }
        return new Binary(Function2.MUL, a, b);
    }

    private static boolean is(Expression e, double value) {
        return e instanceof Constant c && c.value() == value;
    }
}
