package schuss.conformance;

import schuss.TestDevice;
import schuss.ops.Expression;
import schuss.ops.Expression.Binary;
import schuss.ops.Expression.Constant;
import schuss.ops.Expression.Input;
import schuss.ops.Expression.Unary;
import schuss.ops.Expression.Where;
import schuss.ops.Function1;
import schuss.ops.Function2;

/**
 * Running error analysis of an expression: its value in double, and how far a single-precision evaluation may be from it.
 * Errors of operands are followed through each function by evaluating it at both ends of the operand's interval, then the
 * function's own rounding is added.
 *
 * @param value in double
 * @param error an upper bound of |single - value|
 */
record ErrorAnalysis(double value, double error) {
    /** Half an ulp, relative: what one rounding to nearest may do. */
    static final double UNIT = 0x1p-24;

    /** Results this small may have lost all their bits to underflow; a few smallest normal numbers' ulps. */
    private static final double TINY = 0x1p-140;

    /**
     * The analysis of {@code e}.
     *
     * @param inputs values of the inputs
     * @param errors of the inputs
     */
    static ErrorAnalysis of(Expression e, double[] inputs, double[] errors) {
        if (e instanceof Input i) {
            return new ErrorAnalysis(inputs[i.index()], errors[i.index()]);
        } else if (e instanceof Constant c) {
            return new ErrorAnalysis(c.value(), Math.abs(c.value() - (float) c.value()));
        } else if (e instanceof Unary u) {
            return unary(u.function(), of(u.x(), inputs, errors));
        } else if (e instanceof Binary b) {
            return binary(b.function(), of(b.a(), inputs, errors), of(b.b(), inputs, errors));
        } else if (e instanceof Where w) {
            return where(
                    of(w.condition(), inputs, errors), of(w.then(), inputs, errors), of(w.otherwise(), inputs, errors));
        }
        throw new IllegalArgumentException("no analysis of " + e);
    }

    private static ErrorAnalysis unary(Function1 function, ErrorAnalysis x) {
        double value = apply(function, x.value);
        double error = 0;
        if (x.error > 0) {
            error = passedOn(Math.max(
                    Math.abs(apply(function, x.value + x.error) - value),
                    Math.abs(apply(function, x.value - x.error) - value)));
            if (function == Function1.RECIPROCAL && Math.abs(x.value) <= x.error) {
                error = Double.POSITIVE_INFINITY;
            }
        }
        return new ErrorAnalysis(value, error + own(roundings(function), value));
    }

    /** How many half-ulps a function's own rounding may take. */
    private static double roundings(Function1 function) {
        return switch (function) {
            case NEG, ABS, RELU, STEP, SIGN, NOT -> 0; // exact
            case SQRT, RECIPROCAL, SQUARE -> 1; // correctly rounded
            // within 3 ulp by their own promise, and tested over all floats' exponents; 1 ulp is up to 2 half-ulps
            case EXP, LOG, LOG1P, EXPM1, ERF, TANH, SIGMOID, SOFTPLUS -> 8;
        };
    }

    private static ErrorAnalysis binary(Function2 function, ErrorAnalysis a, ErrorAnalysis b) {
        double value = apply(function, a.value, b.value);
        boolean nothing = isZero(a) && Double.isFinite(b.value) || isZero(b) && Double.isFinite(a.value);
        if (function == Function2.MUL && nothing) {
            return new ErrorAnalysis(value, 0); // whatever the other's error
        }
        double error = 0;
        if (a.error > 0 || b.error > 0) {
            for (int corner = 0; corner < 4; corner++) {
                double other = apply(
                        function,
                        a.value + ((corner & 1) == 0 ? a.error : -a.error),
                        b.value + ((corner & 2) == 0 ? b.error : -b.error));
                error = Math.max(error, Math.abs(other - value));
            }
            if ((function == Function2.EQUAL || function == Function2.NOT_EQUAL)
                    && Math.abs(a.value - b.value) <= a.error + b.error) {
                error = 1;
            }
            boolean byZero = function == Function2.DIV && Math.abs(b.value) <= b.error;
            error = byZero ? Double.POSITIVE_INFINITY : passedOn(error);
        }
        double roundings = switch (function) {
            case MAX, MIN, GREATER, EQUAL, NOT_EQUAL, GREATER_EQUAL, AND, OR -> 0; // exact
            case ADD, SUB, MUL, DIV -> 1; // correctly rounded
            case POW -> TestDevice.isCuda() ? 8 : 4; // CUDA's powf is within 4 ulp, the C library's below 2
        };
        return new ErrorAnalysis(value, error + own(roundings, value));
    }

    private static boolean isZero(ErrorAnalysis e) {
        return e.value == 0 && e.error == 0;
    }

    private static ErrorAnalysis where(ErrorAnalysis condition, ErrorAnalysis then, ErrorAnalysis otherwise) {
        ErrorAnalysis chosen = condition.value != 0 ? then : otherwise;
        if (condition.error == 0 || Math.abs(condition.value) > condition.error) {
            return chosen;
        }
        ErrorAnalysis other = condition.value != 0 ? otherwise : then;
        return new ErrorAnalysis(
                chosen.value, Math.max(chosen.error, Math.abs(other.value - chosen.value) + other.error));
    }

    /** What a function's own rounding may do; without limit where a single overflows and a double does not. */
    private static double own(double roundings, double value) {
        if (Double.isFinite(value) && Math.abs(value) > Float.MAX_VALUE) {
            return Double.POSITIVE_INFINITY;
        }
        return roundings == 0 || Double.isInfinite(value) ? 0 : roundings * UNIT * Math.abs(value) + TINY;
    }

    /** An operand's error as the function passes it on; without limit where the operand's interval leaves the domain. */
    private static double passedOn(double error) {
        return error <= Float.MAX_VALUE ? error : Double.POSITIVE_INFINITY;
    }

    private static double apply(Function1 function, double x) {
        return new Unary(function, Expression.input(0)).evaluate(x);
    }

    private static double apply(Function2 function, double a, double b) {
        return new Binary(function, Expression.input(0), Expression.input(1)).evaluate(a, b);
    }
}
