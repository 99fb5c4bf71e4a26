package schuss.conformance;

import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import schuss.DType;
import schuss.Shape;
import schuss.ops.BroadcastTo;
import schuss.ops.Cast;
import schuss.ops.Expression;
import schuss.ops.Iota;
import schuss.ops.Op;
import schuss.ops.Pointwise;

/**
 * Cases of elements that are no f32: casts, comparisons, logic, choices, whole numbers. The reference keeps doubles, so
 * whole numbers stay below 2^53.
 */
final class TypeCases {
    /** More than the 32768 elements from which threads share the work; prime. */
    private static final int LARGE = 40_009;

    private static final int[][] SHAPES = {{}, {1}, {7}, {3, 5}, {31, 37}, {LARGE}};
    private static final List<DType> TYPES = List.of(DType.F32, DType.BF16, DType.I32, DType.I64, DType.U8, DType.BOOL);

    private static final Expression A = Expression.input(0);
    private static final Expression B = Expression.input(1);
    private static final Expression C = Expression.input(2);

    /** Where casts change their mind: halves, ends of ranges and what lies behind them, ties of bf16, what is no number. */
    private static final double[] REALS = {
        0,
        -0.0,
        0.5,
        -0.5,
        0.999,
        -0.999,
        1,
        -1,
        1.5,
        -1.5,
        127.5,
        254.9,
        255,
        255.5,
        256,
        -3,
        1.00390625, // 1 + 2^-8: between two of bf16, the lower of which is even
        1.01171875, // 1 + 3 * 2^-8: the upper
        1.00390637,
        3.0e38,
        3.4e38, // rounds to infinity in bf16
        -3.4e38,
        1e-40,
        -1e-40,
        16777216,
        16777215,
        2147483520.0,
        2147483648.0,
        -2147483648.0,
        -2147483904.0,
        4294967296.0,
        9223371487098961920.0,
        9223372036854775808.0,
        -9223372036854775808.0,
        1e30,
        -1e30,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private static final double[] WHOLE = {
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        -256,
        65535,
        16777217, // f32 rounds it
        16777219,
        2147483647.0,
        -2147483648.0,
        2147483648.0,
        4294967295.0,
        4294967296.0,
        -4294967297.0,
        9007199254740991.0,
        -9007199254740991.0,
        9007199254740990.0
    };

    private TypeCases() {}

    static void add(List<OpCase> cases) {
        casts(cases);
        comparisons(cases);
        logic(cases);
        choices(cases);
        wholeNumbers(cases);
        halfPrecision(cases);
        iotas(cases);
    }

    private static Operand drawn(DType type, int... shape) {
        ToDoubleFunction<Random> draw = switch (type) {
            case F32, BF16 -> r -> r.nextBoolean() ? REALS[r.nextInt(REALS.length)] : 300 * r.nextGaussian();
            case I64 -> r -> WHOLE[r.nextInt(WHOLE.length)];
            case I32 -> r -> (int) (long) WHOLE[r.nextInt(WHOLE.length)];
            case U8 -> r -> r.nextInt(256);
            default -> r -> r.nextInt(2);
        };
        return Operand.of(type, draw, shape);
    }

    private static void casts(List<OpCase> cases) {
        for (DType from : TYPES) {
            for (DType to : TYPES) {
                for (int[] shape : SHAPES) {
                    cases.add(OpCase.of(new Cast(to), drawn(from, shape))
                            .bitForBit()
                            .notSmooth());
                }
            }
        }
        for (DType from : List.of(DType.F32, DType.BF16)) {
            Operand x = Operand.of(from, Random::nextGaussian, 3, 5);
            cases.add(OpCase.of(new Cast(DType.F32), x).bitForBit());
        }
    }

    private static final List<Expression> COMPARISONS =
            List.of(A.equal(B), A.notEqual(B), A.greater(B), A.greaterEqual(B), B.greater(A), B.greaterEqual(A));

    private static void comparisons(List<OpCase> cases) {
        for (Expression comparison : COMPARISONS) {
            Op op = new Pointwise(comparison, 2);
            for (DType type : TYPES) {
                for (int[] shape : SHAPES) {
                    cases.add(OpCase.of(op, drawn(type, shape), drawn(type, shape))
                            .bitForBit()
                            .notSmooth());
                }
                cases.add(OpCase.of(op, drawn(type, 31, 1), drawn(type, 37))
                        .bitForBit()
                        .notSmooth());
            }
            cases.add(OpCase.of(op, drawn(DType.I64, 1009), drawn(DType.I32, 1009))
                    .bitForBit()
                    .notSmooth());
            cases.add(OpCase.of(op, drawn(DType.BF16, 1009), drawn(DType.F32, 1009))
                    .bitForBit()
                    .notSmooth());
            cases.add(OpCase.of(op, Operand.normal(33), Operand.normal(33))); // without a slope
        }
        cases.add(OpCase.of(
                        new Pointwise(A.greaterEqual(Expression.constant(9007199254740991.0)), 1),
                        drawn(DType.I64, 997))
                .bitForBit()
                .notSmooth());
    }

    private static void logic(List<OpCase> cases) {
        Operand wild = Operand.of(DType.BOOL, r -> r.nextInt(3), 997); // a 2 is as true as a 1
        for (Expression formula : List.of(A.and(B), A.or(B), A.not().or(B.not()), A.notEqual(B))) {
            for (int[] shape : SHAPES) {
                cases.add(OpCase.of(new Pointwise(formula, 2), drawn(DType.BOOL, shape), drawn(DType.BOOL, shape))
                        .bitForBit()
                        .notSmooth());
            }
        }
        for (Expression formula : List.of(A.and(B), A.or(B), A.not().or(B.not()))) {
            cases.add(
                    OpCase.of(new Pointwise(formula, 2), wild, wild).bitForBit().notSmooth());
        }
    }

    private static void choices(List<OpCase> cases) {
        Op where = new Pointwise(Expression.where(A, B, C), 3);
        for (int[] shape : SHAPES) {
            Operand condition = drawn(DType.BOOL, shape);
            cases.add(OpCase.of(where, condition, Operand.normal(shape), Operand.normal(shape))
                    .bitForBit());
            for (DType type : TYPES) {
                cases.add(OpCase.of(where, condition, drawn(type, shape), drawn(type, shape))
                        .bitForBit()
                        .notSmooth());
            }
        }
        cases.add(OpCase.of(where, drawn(DType.BOOL, 3, 1), Operand.normal(5), Operand.normal(2, 1, 1))
                .bitForBit());
        cases.add(OpCase.of(where, drawn(DType.BOOL, 31, 37), drawn(DType.I64, 1), drawn(DType.I64, 37))
                .bitForBit()
                .notSmooth());
    }

    private static void wholeNumbers(List<OpCase> cases) {
        List<Expression> formulas = List.of(
                A.add(B),
                A.sub(B),
                A.max(B),
                A.min(B),
                A.neg().add(B.abs()),
                A.add(B.mul(3)).sub(Expression.constant(5)));
        for (DType type : List.of(DType.I32, DType.I64, DType.U8)) {
            for (int[] shape : SHAPES) {
                for (Expression formula : formulas) {
                    cases.add(OpCase.of(new Pointwise(formula, 2), moderate(type, shape), moderate(type, shape))
                            .bitForBit()
                            .notSmooth());
                }
            }
            Operand small = Operand.of(type, r -> r.nextInt(type == DType.U8 ? 256 : 40_000_000), 1031);
            cases.add(OpCase.of(new Pointwise(A.mul(B), 2), small, small)
                    .bitForBit()
                    .notSmooth());
            cases.add(OpCase.of(new Pointwise(A.square(), 1), small).bitForBit().notSmooth());
            cases.add(OpCase.of(new BroadcastTo(Shape.of(3, 41, 7)), drawn(type, 41, 1))
                    .bitForBit()
                    .notSmooth());
        }
        // a sum of two that i32 does not have: its lowest bits
        cases.add(OpCase.of(new Pointwise(A.add(B), 2), drawn(DType.I32, 1009), drawn(DType.I32, 1009))
                .bitForBit()
                .notSmooth());
        cases.add(OpCase.of(new Pointwise(A.add(B), 2), moderate(DType.I64, 1009), drawn(DType.I32, 1009))
                .bitForBit()
                .notSmooth());
        cases.add(OpCase.of(new BroadcastTo(Shape.of(3, 41, 7)), drawn(DType.BOOL, 41, 1))
                .bitForBit()
                .notSmooth());
        // functions that leave the whole numbers
        Operand few = Operand.of(DType.I32, r -> r.nextInt(9) + 1, 33);
        cases.add(OpCase.of(new Pointwise(A.div(B), 2), few, few).notSmooth());
        cases.add(OpCase.of(new Pointwise(A.mul(0.5), 1), few).notSmooth());
        cases.add(OpCase.of(new Pointwise(A.add(B), 2), drawn(DType.BOOL, 33), drawn(DType.BOOL, 33))
                .bitForBit()
                .notSmooth());
    }

    private static Operand moderate(DType type, int... shape) {
        return switch (type) {
            case U8 -> Operand.of(type, r -> r.nextInt(256), shape);
            case I32 -> Operand.of(type, Random::nextInt, shape);
            default -> Operand.of(type, r -> r.nextLong() >> 14, shape); // sums stay below 2^53
        };
    }

    private static void halfPrecision(List<OpCase> cases) {
        for (int[] shape : SHAPES) {
            Operand a = Operand.of(DType.BF16, Random::nextGaussian, shape);
            cases.add(OpCase.of(new Pointwise(A.relu(), 1), a).bitForBit().notSmooth());
            cases.add(OpCase.of(new Pointwise(A.mul(A.sigmoid()), 1), a).notSmooth());
            cases.add(OpCase.of(new Pointwise(A.mul(B).add(A), 2), a, a).notSmooth());
            cases.add(OpCase.of(new Pointwise(A.mul(B), 2), a, Operand.integers(shape)));
        }
        Operand a = Operand.of(DType.BF16, Random::nextGaussian, 31, 37);
        cases.add(OpCase.of(new Pointwise(A.add(B), 2), a, Operand.normal(37)).notSmooth());
    }

    private static void iotas(List<OpCase> cases) {
        for (DType type : List.of(DType.F32, DType.I32, DType.I64)) {
            for (int[] shape :
                    new int[][] {{1}, {7}, {3, 5}, {2, 3, 5}, {4, 1, 3}, {LARGE}, {31, 37, 41}, {20011, 2}}) {
                for (int axis = 0; axis < shape.length; axis++) {
                    cases.add(OpCase.of(new Iota(Shape.of(shape), axis, type)).bitForBit());
                }
            }
        }
    }
}
