package schuss.ops;

import schuss.ops.Expression.Binary;
import schuss.ops.Expression.Input;
import schuss.ops.Expression.Unary;
import schuss.ops.Expression.Where;

/** The rules of differentiation. */
final class Derivative {
    private Derivative() {}

    /**
     * The derivative of an expression with respect to one input.
     *
     * @param y stands for the expression's own value: the outermost function may be differentiated in terms of it
     */
    static Expression of(Expression expression, int input, Expression y) {
        if (!expression.reads(input)) {
            return Expression.constant(0);
        }
        if (expression instanceof Input) {
            return Expression.constant(1);
        } else if (expression instanceof Unary u) {
            return u.function().derivative(u.x(), y).mul(of(u.x(), input, u.x()));
        } else if (expression instanceof Binary b) {
            return binary(b, of(b.a(), input, b.a()), of(b.b(), input, b.b()), y);
        } else if (expression instanceof Where w) {
            return Expression.where(
                    w.condition(), of(w.then(), input, w.then()), of(w.otherwise(), input, w.otherwise()));
        }
        throw new IllegalStateException("Expression " + expression + ": cannot be differentiated");
    }

    private static Expression binary(Binary e, Expression da, Expression db, Expression y) {
        Expression a = e.a();
        Expression b = e.b();
        return switch (e.function()) {
            case ADD -> da.add(db);
            case SUB -> da.sub(db);
            case MUL -> da.mul(b).add(a.mul(db));
            case DIV -> da.div(b).sub(a.mul(db).div(b.square()));
            case MAX -> Expression.where(a.greater(b), da, db);
            case MIN -> Expression.where(a.greater(b), db, da);
            case POW -> da.mul(b).mul(a.pow(b.sub(1))).add(db.mul(y).mul(a.log()));
            case GREATER, EQUAL, NOT_EQUAL, GREATER_EQUAL, AND, OR -> Expression.constant(0);
        };
    }
}
