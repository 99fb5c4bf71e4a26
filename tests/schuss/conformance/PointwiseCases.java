package schuss.conformance;

import java.util.List;
import java.util.Random;
import schuss.DType;
import schuss.ops.Expression;
import schuss.ops.Function1;
import schuss.ops.Function2;
import schuss.ops.Op;
import schuss.ops.Pointwise;

/** Formulas: functions of one and two numbers, broadcasting, whole expressions, and types of elements. */
final class PointwiseCases {
    private static final int LARGE = 40_009;
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;
    private static final Expression A = Expression.input(0);
    private static final Expression B = Expression.input(1);
    private static final Expression C = Expression.input(2);

    private PointwiseCases() {}

    static void add(List<OpCase> cases) {
        functionsOfOne(cases);
        functionsOfTwo(cases);
        broadcasting(cases);
        expressions(cases);
        elementTypes(cases);
    }

    private static Op pointwise(Expression expression, int arity) {
        return new Pointwise(expression, arity);
    }

    private static Expression of(Function1 function) {
        return A.apply(function);
    }

    private static void functionsOfOne(List<OpCase> cases) {
        for (Function1 function : Function1.values()) {
            if (function == Function1.NOT) {
                continue; // of truth values: see TypeCases
            }
            Op op = pointwise(of(function), 1);
            boolean positive = function == Function1.LOG || function == Function1.SQRT;
            for (int[] shape : new int[][] {{}, {1}, {7}, {3, 5}, {2, 3, 5}}) {
                cases.add(OpCase.of(op, range(function, positive, shape)));
            }
            cases.add(OpCase.of(op, range(function, positive, LARGE)).notSmooth());
            // the whole range of floats, and what is none
            cases.add(OpCase.of(op, Operand.among(EDGES, 997)).notSmooth());
            double[] seeds = {-30, 30};
            cases.add(OpCase.of(op, Operand.between(seeds[0], seeds[1], 1021)).notSmooth());
            cases.add(OpCase.of(op, Operand.of(r -> logUniform(r), 1021)).notSmooth());
        }
    }

    private static final double[] EDGES = {
        0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        2,
        10,
        -10,
        88,
        -88,
        89.5,
        -89.5,
        104,
        -104,
        1e-30,
        -1e-30,
        1e-7,
        -1e-7,
        1e30,
        -1e30,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_NORMAL,
        INF,
        -INF,
        NAN
    };

    /** Of any magnitude and sign. */
    private static double logUniform(Random random) {
        return (random.nextBoolean() ? 1 : -1) * Math.pow(2, -100 + 200 * random.nextDouble());
    }

    private static Operand range(Function1 function, boolean positive, int... shape) {
        if (positive) {
            return Operand.positive(shape);
        } else if (function == Function1.LOG1P) {
            return Operand.between(-0.7, 3, shape);
        }
        return Operand.awayFromZero(shape);
    }

    private static void functionsOfTwo(List<OpCase> cases) {
        for (Function2 function : Function2.values()) {
            if (function == Function2.AND || function == Function2.OR) {
                continue; // of truth values: see TypeCases
            }
            Op op = pointwise(A.apply(function, B), 2);
            boolean power = function == Function2.POW;
            for (int[] shape : new int[][] {{}, {1}, {3, 5}, {31, 37}}) {
                Operand a = power ? Operand.positive(shape) : Operand.awayFromZero(shape);
                cases.add(OpCase.of(op, a, Operand.awayFromZero(shape)));
            }
            Operand large = power ? Operand.positive(LARGE) : Operand.awayFromZero(LARGE);
            cases.add(OpCase.of(op, large, Operand.awayFromZero(LARGE)).notSmooth());
            cases.add(OpCase.of(op, Operand.among(EDGES, 4001), Operand.among(EDGES, 4001))
                    .notSmooth());
            cases.add(OpCase.of(op, Operand.integers(1009), Operand.integers(1009))
                    .notSmooth());
        }
        for (Function2 function : new Function2[] {Function2.ADD, Function2.SUB, Function2.MUL, Function2.MAX}) {
            cases.add(
                    OpCase.of(pointwise(A.apply(function, B), 2), Operand.integers(513, 67), Operand.integers(513, 67))
                            .bitForBit()
                            .notSmooth());
        }
    }

    private static void broadcasting(List<OpCase> cases) {
        int[][][] pairs = {
            {{3, 5}, {}}, // scalar
            {{3, 5}, {1}},
            {{3, 5}, {5}}, // row
            {{3, 5}, {1, 5}},
            {{3, 5}, {3, 1}}, // column
            {{3, 1}, {1, 5}}, // both
            {{7}, {3, 1}},
            {{2, 3, 5}, {3, 5}},
            {{2, 3, 5}, {3, 1}}, // general
            {{2, 3, 5}, {2, 1, 5}},
            {{2, 1, 5}, {1, 3, 1}},
            {{2, 3, 1, 5}, {3, 2, 1}},
            {{2, 1, 3, 1, 5}, {1, 2, 1, 3, 1}},
            {{131, 307}, {307}},
            {{131, 307}, {131, 1}},
            {{131, 1}, {307}},
            {{3, 127, 113}, {127, 1}},
            {{3, 1, 113}, {127, 1}},
            {{2, 20011}, {20011}},
            {{20011, 2}, {2}},
            {{20011, 2}, {20011, 1}},
            {{1, 1}, {1}},
        };
        for (int[][] pair : pairs) {
            for (boolean swapped : new boolean[] {false, true}) {
                int[] a = pair[swapped ? 1 : 0];
                int[] b = pair[swapped ? 0 : 1];
                cases.add(OpCase.of(pointwise(A.sub(B), 2), Operand.integers(a), Operand.integers(b))
                        .bitForBit());
                cases.add(OpCase.of(pointwise(A.mul(B).add(A.sigmoid()), 2), Operand.normal(a), Operand.normal(b)));
            }
        }
        cases.add(OpCase.of(
                pointwise(A.mul(B).add(C), 3), Operand.normal(4, 7, 3), Operand.normal(7, 1), Operand.normal(3)));
        cases.add(OpCase.of(
                pointwise(A.sub(B).mul(C), 3), Operand.normal(257, 191), Operand.normal(257, 1), Operand.normal(191)));
    }

    private static void expressions(List<OpCase> cases) {
        Expression zero = Expression.constant(0);
        Expression where = Expression.where(A.greater(zero), A, A.mul(0.01));
        Expression choice = Expression.where(A.greater(B), B.mul(C), C.exp());
        Expression deep = A;
        for (int i = 0; i < 12; i++) {
            deep = deep.tanh().add(B.mul(0.1 * i));
        }
        Expression wide = Expression.input(0);
        for (int i = 1; i < 8; i++) {
            wide = wide.add(Expression.input(i).mul(i));
        }
        for (int n : new int[] {1, 13, 1531, LARGE}) {
            cases.add(OpCase.of(pointwise(where, 1), Operand.awayFromZero(n)));
            cases.add(OpCase.of(
                    pointwise(choice, 3), Operand.between(1, 2, n), Operand.between(-2, 0.5, n), Operand.normal(n)));
            cases.add(OpCase.of(pointwise(deep, 2), Operand.normal(n), Operand.normal(n)));
            cases.add(OpCase.of(pointwise(A, 1), Operand.normal(n)).bitForBit());
            cases.add(OpCase.of(pointwise(A.mul(A.sigmoid()), 1), Operand.normal(n)));
            Operand[] eight = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(i -> Operand.integers(n))
                    .toArray(Operand[]::new);
            cases.add(OpCase.of(pointwise(wide, 8), eight).bitForBit());
        }
        // one input that the function leaves out, and one that it only compares
        cases.add(OpCase.of(pointwise(A.square(), 2), Operand.normal(3, 5), Operand.normal(5)));
        cases.add(OpCase.of(pointwise(A.mul(B.greater(zero)), 2), Operand.normal(33), Operand.awayFromZero(33)));
        cases.add(OpCase.of(pointwise(A.pow(Expression.constant(3)), 1), Operand.positive(33)));
        cases.add(OpCase.of(pointwise(Expression.constant(2).pow(A), 1), Operand.normal(33)));
        cases.add(OpCase.of(pointwise(A.pow(A), 1), Operand.positive(33)));
        cases.add(OpCase.of(
                pointwise(A.max(B).min(C), 3),
                Operand.between(0, 1, 9),
                Operand.between(2, 3, 9),
                Operand.between(4, 5, 9)));
    }

    private static void elementTypes(List<OpCase> cases) {
        for (int n : new int[] {1, 33, LARGE}) {
            Operand bytes = Operand.of(DType.U8, r -> r.nextInt(256), n);
            cases.add(OpCase.of(pointwise(A.mul(1.0 / 255), 1), bytes).notSmooth());
            Operand integers = Operand.of(DType.I32, r -> r.nextInt(2001) - 1000, n);
            cases.add(OpCase.of(pointwise(A.add(B), 2), integers, Operand.integers(n))
                    .bitForBit()
                    .notSmooth());
            Operand booleans = Operand.of(DType.BOOL, r -> r.nextInt(2), n);
            cases.add(OpCase.of(pointwise(Expression.where(A, B, B.neg()), 2), booleans, Operand.normal(n))
                    .bitForBit()
                    .notSmooth());
        }
        cases.add(
                OpCase.of(pointwise(A.mul(B), 2), Operand.of(DType.U8, r -> r.nextInt(256), 61, 7), Operand.integers(7))
                        .bitForBit()
                        .notSmooth());
    }
}
