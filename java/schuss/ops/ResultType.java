package schuss.ops;

import java.util.List;
import java.util.Set;
import schuss.DType;
import schuss.ops.Expression.Binary;
import schuss.ops.Expression.Constant;
import schuss.ops.Expression.Input;
import schuss.ops.Expression.Unary;
import schuss.ops.Expression.Where;

/**
 * Decides which element type the result of an element-wise formula has, and in which it is computed. A constant adapts
 * to the operand it meets. In arithmetic, bool counts as 0 and 1.
 *
 * <ul>
 *   <li>Comparisons and logic give bool.
 *   <li>Operands of one type give that type. If types are mixed, the first of f32, bf16, i64, i32, u8 that occurs wins.
 *   <li>Integers become f32 where the formula leaves the integers, as in a division, an exp or a factor of 0.5. Bools
 *       in arithmetic become f32 too.
 * </ul>
 */
final class ResultType {
    private static final Set<Function1> WHOLE_OF_ONE = Set.of(
            Function1.NEG,
            Function1.ABS,
            Function1.SQUARE,
            Function1.RELU,
            Function1.STEP,
            Function1.SIGN,
            Function1.NOT);
    private static final List<DType> STRONGEST_FIRST = List.of(DType.F32, DType.BF16, DType.I64, DType.I32, DType.U8);

    private ResultType() {}

    /** The element type of the result. */
    static DType of(Expression e, List<DType> inputs) {
        DType type = natural(e, inputs);
        return type == null || (type.isInteger() && !inIntegers(e, inputs)) ? DType.F32 : type;
    }

    /** Whether the formula is computed in integers: all its inputs are, and no function or constant leaves them. */
    static boolean inIntegers(Expression e, List<DType> inputs) {
        return inputs.stream().anyMatch(DType::isInteger)
                && inputs.stream().noneMatch(DType::isFloatingPoint)
                && isWhole(e);
    }

    /** Whether every operand of and, or and not is a bool. */
    static boolean isLogicOfTruths(Expression e, List<DType> inputs) {
        if (e instanceof Unary u) {
            boolean fits = u.function() != Function1.NOT || isTruth(u.x(), inputs);
            return fits && isLogicOfTruths(u.x(), inputs);
        } else if (e instanceof Binary b) {
            boolean fits = !b.function().isLogical() || (isTruth(b.a(), inputs) && isTruth(b.b(), inputs));
            return fits && isLogicOfTruths(b.a(), inputs) && isLogicOfTruths(b.b(), inputs);
        } else if (e instanceof Where w) {
            return isLogicOfTruths(w.condition(), inputs)
                    && isLogicOfTruths(w.then(), inputs)
                    && isLogicOfTruths(w.otherwise(), inputs);
        }
        return true;
    }

    private static boolean isTruth(Expression e, List<DType> inputs) {
        DType type = natural(e, inputs);
        return type == DType.BOOL || type == null;
    }

    private static boolean isWhole(Expression e) {
        if (e instanceof Constant c) {
            return c.value() == Math.rint(c.value()) && Math.abs(c.value()) <= 0x1p53;
        } else if (e instanceof Unary u) {
            return WHOLE_OF_ONE.contains(u.function()) && isWhole(u.x());
        } else if (e instanceof Binary b) {
            boolean leaves = b.function() == Function2.DIV || b.function() == Function2.POW;
            return !leaves && isWhole(b.a()) && isWhole(b.b());
        } else if (e instanceof Where w) {
            return isWhole(w.condition()) && isWhole(w.then()) && isWhole(w.otherwise());
        }
        return true;
    }

    /** The type that follows from the operands alone; null for a formula of constants only. */
    private static DType natural(Expression e, List<DType> inputs) {
        if (e instanceof Input i) {
            return inputs.get(i.index());
        } else if (e instanceof Unary u) {
            DType x = natural(u.x(), inputs);
            return u.function() == Function1.NOT ? DType.BOOL : x == DType.BOOL ? DType.F32 : x;
        } else if (e instanceof Binary b) {
            boolean truth = b.function().isComparison() || b.function().isLogical();
            return truth ? DType.BOOL : common(natural(b.a(), inputs), natural(b.b(), inputs));
        } else if (e instanceof Where w) {
            DType then = natural(w.then(), inputs);
            DType otherwise = natural(w.otherwise(), inputs);
            return then == DType.BOOL && otherwise == DType.BOOL ? then : common(then, otherwise);
        }
        return null;
    }

    private static DType common(DType a, DType b) {
        DType constants = a == null && b == null ? null : DType.F32;
        return STRONGEST_FIRST.stream()
                .filter(t -> t == a || t == b)
                .findFirst()
                .orElse(constants);
    }
}
