package schuss.ops;

/** The functions of one number that an {@link Expression} can use, each with its value and its derivative. */
public enum Function1 {
    /** -x. */
    NEG {
        @Override
        double evaluate(double x) {
            return -x;
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return Expression.constant(-1);
        }
    },
    /** |x|; its slope at 0 is taken as 0. */
    ABS {
        @Override
        double evaluate(double x) {
            return Math.abs(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return x.apply(SIGN);
        }
    },
    /** e^x. */
    EXP {
        @Override
        double evaluate(double x) {
            return Math.exp(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return y;
        }
    },
    /** The natural logarithm of x. */
    LOG {
        @Override
        double evaluate(double x) {
            return Math.log(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return x.reciprocal();
        }
    },
    /** log(1 + x), accurate near 0. */
    LOG1P {
        @Override
        double evaluate(double x) {
            return Math.log1p(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return x.add(1).reciprocal();
        }
    },
    /** exp(x) - 1, accurate near 0. */
    EXPM1 {
        @Override
        double evaluate(double x) {
            return Math.expm1(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return y.add(1);
        }
    },
    /** The square root of x. */
    SQRT {
        @Override
        double evaluate(double x) {
            return Math.sqrt(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return Expression.constant(0.5).div(y);
        }
    },
    /** 1 / x. */
    RECIPROCAL {
        @Override
        double evaluate(double x) {
            return 1 / x;
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return y.square().neg();
        }
    },
    /** x * x. */
    SQUARE {
        @Override
        double evaluate(double x) {
            return x * x;
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return x.mul(2);
        }
    },
    /** The hyperbolic tangent of x. */
    TANH {
        @Override
        double evaluate(double x) {
            return Math.tanh(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return Expression.constant(1).sub(y.square());
        }
    },
    /** 1 / (1 + exp(-x)). */
    SIGMOID {
        @Override
        double evaluate(double x) {
            return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return y.mul(Expression.constant(1).sub(y));
        }
    },
    /** The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
    ERF {
        @Override
        double evaluate(double x) {
            return ErrorFunction.of(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return x.square().neg().exp().mul(2 / Math.sqrt(Math.PI));
        }
    },
    /** log(1 + exp(x)), without overflow. */
    SOFTPLUS {
        @Override
        double evaluate(double x) {
            return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return x.sigmoid();
        }
    },
    /** max(x, 0); its slope at 0 is taken as 0. */
    RELU {
        @Override
        double evaluate(double x) {
            return Math.max(x, 0);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return y.apply(STEP);
        }
    },
    /** 1 where x &gt; 0, else 0; its slope is taken as 0. */
    STEP {
        @Override
        double evaluate(double x) {
            return x > 0 ? 1 : 0;
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return Expression.constant(0);
        }
    },
    /** -1, 0 or 1 as x is negative, 0 or positive; its slope is taken as 0. */
    SIGN {
        @Override
        double evaluate(double x) {
            return Math.signum(x);
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return Expression.constant(0);
        }
    },
    /** 1 where x is 0, else 0. */
    NOT {
        @Override
        double evaluate(double x) {
            return x == 0 ? 1 : 0;
        }

        @Override
        Expression derivative(Expression x, Expression y) {
            return Expression.constant(0);
        }
    };

    /** Computes the function in double precision. */
    abstract double evaluate(double x);

    /** The derivative, written with the argument x, the function's value y, or both. */
    abstract Expression derivative(Expression x, Expression y);
}
