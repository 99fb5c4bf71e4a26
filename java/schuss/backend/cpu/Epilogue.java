package schuss.backend.cpu;

import schuss.ops.Expression;
import schuss.ops.Expression.Binary;
import schuss.ops.Expression.Constant;
import schuss.ops.Expression.Where;
import schuss.ops.Function1;
import schuss.ops.Function2;
import schuss.ops.FusedProduct;
import schuss.ops.Op;

/** What a product does with its elements as it stores them: add a bias, apply an activation. */
record Epilogue(boolean bias, Kind kind, float alpha) {
    /** In the order of the native library. */
    enum Kind {
        NONE,
        RELU,
        LEAKY_RELU,
        SIGMOID,
        TANH
    }

    static final Epilogue NONE = new Epilogue(false, Kind.NONE, 0);

    /** Whether this is a product with an epilogue that the native library has. */
    static boolean supports(Op op) {
        return op instanceof FusedProduct fused && of(fused) != null;
    }

    /** The epilogue of a product, or null when its activation is none of the library's. */
    static Epilogue of(FusedProduct op) {
        Expression e = op.activation();
        Expression x = Expression.input(0);
        if (e.equals(x)) {
            return new Epilogue(op.bias(), Kind.NONE, 0);
        } else if (e.equals(x.apply(Function1.RELU))) {
            return new Epilogue(op.bias(), Kind.RELU, 0);
        } else if (e.equals(x.apply(Function1.SIGMOID))) {
            return new Epilogue(op.bias(), Kind.SIGMOID, 0);
        } else if (e.equals(x.apply(Function1.TANH))) {
            return new Epilogue(op.bias(), Kind.TANH, 0);
        } else if (e instanceof Where w
                && w.condition().equals(x.greater(Expression.constant(0)))
                && w.then().equals(x)
                && slope(w.otherwise()) != null) {
            return new Epilogue(op.bias(), Kind.LEAKY_RELU, slope(w.otherwise()).floatValue());
        }
        return null;
    }

    /** c of {@code c * x}. */
    private static Double slope(Expression e) {
        return e instanceof Binary b
                        && b.function() == Function2.MUL
                        && b.a() instanceof Constant c
                        && b.b().equals(Expression.input(0))
                ? c.value()
                : null;
    }
}
