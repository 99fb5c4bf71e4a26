package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import schuss.DType;
import schuss.Shape;
import schuss.ops.Accumulate;
import schuss.ops.Blend;
import schuss.ops.BroadcastTo;
import schuss.ops.Dropout;
import schuss.ops.ExpectFinite;
import schuss.ops.Expression;
import schuss.ops.Fill;
import schuss.ops.Function1;
import schuss.ops.Function2;
import schuss.ops.FusedMatMul;
import schuss.ops.Guard;
import schuss.ops.LogSoftmax;
import schuss.ops.MatMul;
import schuss.ops.Matches;
import schuss.ops.Op;
import schuss.ops.Pointwise;
import schuss.ops.Reduce;
import schuss.ops.Reshape;
import schuss.ops.Softmax;

/** The cases of all ops. An op without one fails {@link CompletenessTest}. */
final class OpCases {
    /** More than one tile of 512 elements and than the 32768 from which threads share the work; prime. */
    private static final int LARGE = 40_009;

    private static final double INF = Double.POSITIVE_INFINITY;
    private static final double NAN = Double.NaN;
    private static final Expression A = Expression.input(0);
    private static final Expression B = Expression.input(1);
    private static final Expression C = Expression.input(2);

    private OpCases() {}

    /**
     * All cases, or those whose text the property {@code schuss.cases}, a regular expression, is found in; the smallest of
     * every op first.
     */
    static List<OpCase> chosen() {
        Predicate<String> chosen =
                Pattern.compile(System.getProperty("schuss.cases", "")).asPredicate();
        return CaseOrder.smallestFirst(
                all().stream().filter(c -> chosen.test(c.toString())).toList());
    }

    static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        functionsOfOne(cases);
        functionsOfTwo(cases);
        broadcasting(cases);
        expressions(cases);
        elementTypes(cases);
        TypeCases.add(cases);
        products(cases);
        StackCases.add(cases);
        fusedProducts(cases);
        ConvolutionCases.add(cases);
        reductions(cases);
        shapes(cases);
        softmax(cases);
        CrossEntropyCases.add(cases);
        dropout(cases);
        bookkeeping(cases);
        guards(cases);
        OptimizerCases.add(cases);
        MaxNormCases.add(cases);
        ShapeCases.add(cases);
        RowCases.add(cases);
        PoolingCases.add(cases);
        NormalizationCases.add(cases);
        return cases;
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

    /** m, k, n: tiny, odd, prime, a row, a column, more than a block of the libraries. */
    private static final int[][] PRODUCTS = {
        {1, 1, 1},
        {1, 7, 5},
        {5, 7, 1},
        {2, 3, 4},
        {17, 1, 13},
        {3, 31, 37},
        {1, 300, 129},
        {64, 64, 64},
        {67, 101, 53},
        {129, 257, 65},
        {31, 1009, 10},
    };

    private static OpCase product(Op op, boolean transposeA, boolean transposeB, boolean exact, int[] size, int bias) {
        int m = size[0];
        int k = size[1];
        int n = size[2];
        int[] a = transposeA ? new int[] {k, m} : new int[] {m, k};
        int[] b = transposeB ? new int[] {n, k} : new int[] {k, n};
        List<Operand> inputs = new ArrayList<>();
        inputs.add(exact ? Operand.integers(a) : Operand.normal(a));
        inputs.add(exact ? Operand.integers(b) : Operand.normal(b));
        if (bias > 0) {
            inputs.add(exact ? Operand.integers(n) : Operand.normal(n));
        }
        OpCase made = OpCase.of(op, inputs.toArray(Operand[]::new));
        return exact ? made.bitForBit() : made;
    }

    private static void products(List<OpCase> cases) {
        for (boolean transposeA : new boolean[] {false, true}) {
            for (boolean transposeB : new boolean[] {false, true}) {
                for (int[] size : PRODUCTS) {
                    for (boolean exact : new boolean[] {true, false}) {
                        Op op = new MatMul(transposeA, transposeB);
                        cases.add(product(op, transposeA, transposeB, exact, size, 0));
                    }
                }
            }
        }
    }

    private static void fusedProducts(List<OpCase> cases) {
        Expression[] activations = {
            A,
            A.relu(),
            A.sigmoid(),
            A.tanh(),
            Expression.where(A.greater(Expression.constant(0)), A, A.mul(0.01)),
            Expression.where(A.greater(Expression.constant(0)), A, A.mul(0.5)),
        };
        int[][] sizes = {{1, 7, 5}, {3, 4, 5}, {13, 31, 37}, {64, 64, 64}, {129, 257, 65}, {1, 300, 129}};
        for (Expression activation : activations) {
            for (boolean bias : new boolean[] {false, true}) {
                for (int[] size : sizes) {
                    boolean exact = activation.equals(A) || activation.equals(A.relu());
                    Op op = new FusedMatMul(new MatMul(false, false), bias, activation);
                    cases.add(product(op, false, false, exact, size, bias ? 1 : 0));
                    Op transposed = new FusedMatMul(new MatMul(true, true), bias, activation);
                    cases.add(product(transposed, true, true, false, size, bias ? 1 : 0));
                }
            }
        }
        double[] broken = {1, 2, 3, 4, 5, 6, 7, NAN, INF, -INF};
        for (Expression activation : List.of(A, A.relu(), A.sigmoid(), A.tanh())) {
            for (int[] size : new int[][] {{64, 5, 7}, {130, 64, 65}}) {
                cases.add(OpCase.of(
                        new FusedMatMul(new MatMul(false, false), false, activation),
                        Operand.among(broken, size[0], size[1]),
                        Operand.integers(size[1], size[2])));
            }
        }
    }

    private static void reductions(List<OpCase> cases) {
        int[][] shapes = {
            {1},
            {5},
            {513},
            {LARGE},
            {3, 5},
            {2, 3, 5},
            {2, 3, 5, 7},
            {1, 4, 1},
            {2, 1, 3, 1, 2},
            {128, 500},
            {500, 128},
            {20011, 2},
            {2, 20011},
            {31, 37, 41},
            {7, 1, 600, 11},
            {9001, 10},
        };
        for (int[] shape : shapes) {
            int rank = shape.length;
            for (int mask = 1; mask < 1 << rank; mask++) { // every set of axes: first, last, middle, apart, all
                List<Integer> axes = new ArrayList<>();
                for (int axis = 0; axis < rank; axis++) {
                    if ((mask >> axis & 1) == 1) {
                        axes.add(axis);
                    }
                }
                cases.add(
                        OpCase.of(new Reduce(axes, 1), Operand.integers(shape)).bitForBit());
                cases.add(OpCase.of(new Reduce(axes, 1.0 / 3), Operand.normal(shape)));
            }
        }
        cases.add(OpCase.of(new Reduce(List.of(), 2), Operand.integers(4, 3)).bitForBit());
        cases.add(OpCase.of(new Reduce(List.of(0), 1), Operand.among(new double[] {1, NAN, INF, -INF}, 2, 64))
                .notSmooth());
    }

    private static void shapes(List<OpCase> cases) {
        int[][][] repeated = {
            {{}, {3, 5}},
            {{1}, {7}},
            {{5}, {3, 5}},
            {{3, 1}, {3, 5}},
            {{1, 5}, {3, 5}},
            {{2, 1, 5}, {2, 3, 5}},
            {{2, 1, 3, 1}, {2, 4, 3, 5}},
            {{3, 5}, {3, 5}},
            {{307}, {131, 307}},
            {{131, 1}, {131, 307}},
            {{}, {LARGE}},
        };
        for (int[][] pair : repeated) {
            cases.add(OpCase.of(new BroadcastTo(Shape.of(pair[1])), Operand.normal(pair[0]))
                    .bitForBit());
        }
        for (int[] shape : new int[][] {{}, {1}, {3, 5}, {LARGE}}) {
            cases.add(OpCase.of(new Fill(Shape.of(shape), 0.1)));
            cases.add(OpCase.of(new Fill(Shape.of(shape), -3)).bitForBit());
        }
        cases.add(OpCase.of(new Reshape(Shape.of(3, 5)), Operand.normal(15)).bitForBit());
        cases.add(
                OpCase.of(new Reshape(Shape.of(5, 1, 3)), Operand.normal(3, 5)).bitForBit());
        cases.add(OpCase.of(new Reshape(Shape.of()), Operand.normal(1, 1)).bitForBit());
    }

    private static void softmax(List<OpCase> cases) {
        for (Op op : new Op[] {new Softmax(), new LogSoftmax()}) {
            for (int[] shape : new int[][] {
                {1}, {5}, {1, 1}, {3, 1}, {2, 3}, {7, 10}, {2, 3, 17}, {1, 1000}, {4001, 10}, {33, 1031}
            }) {
                cases.add(OpCase.of(op, Operand.normal(shape)));
                cases.add(OpCase.of(op, Operand.between(-80, 80, shape)).notSmooth());
            }
            cases.add(OpCase.of(op, Operand.between(-1e6, 1e6, 31, 7)).notSmooth());
            cases.add(OpCase.of(op, Operand.among(new double[] {-1e30, 0, 1e30}, 31, 7))
                    .notSmooth());
            cases.add(OpCase.of(op, Operand.constant(1e30, 3, 5)).notSmooth()); // all equal and large: 1/n
            cases.add(OpCase.of(op, Operand.constant(-3e38, 3, 5)).notSmooth());
            cases.add(OpCase.of(op, Operand.among(new double[] {1, 2, 3, NAN}, 64, 5))
                    .notSmooth());
        }
    }

    private static void dropout(List<OpCase> cases) {
        Random random = new Random(5);
        for (int n : new int[] {1, 3, 4, 5, 7, 512, 1001, LARGE}) {
            for (double rate : new double[] {0, 0.2, 0.5, 0.9, 0.999}) {
                long seed = random.nextLong() & (1L << 52) - 1;
                int step = random.nextInt(100_000);
                double[] state = {seed, step};
                int[] next = {0};
                Operand randomState = Operand.of(DType.I64, r -> state[next[0]++ % 2], 2);
                cases.add(OpCase.of(new Dropout(rate, random.nextInt(1000)), Operand.normal(n), randomState));
            }
        }
    }

    private static void bookkeeping(List<OpCase> cases) {
        for (int[] size : new int[][] {{1, 1}, {5, 3}, {128, 10}, {4001, 10}, {37, 1031}}) {
            Operand wild = Operand.of(DType.I32, r -> r.nextInt(size[1] + 4) - 2, size[0]);
            for (Operand labels : List.of(Operand.labels(size[1], size[0]), wild)) {
                cases.add(OpCase.of(new Matches(), Operand.normal(size), labels).bitForBit());
                Operand ties = Operand.of(r -> r.nextInt(3), size);
                cases.add(OpCase.of(new Matches(), ties, labels).bitForBit());
                Operand broken = Operand.among(new double[] {0, 1, 2, 3, 4, INF, -INF, NAN}, size);
                cases.add(OpCase.of(new Matches(), broken, labels).bitForBit());
            }
        }
        for (int n : new int[] {1, 3, 1001, LARGE}) {
            for (int flag : new int[] {0, 1}) {
                Operand totals = Operand.of(DType.F64, r -> r.nextInt(100), 4);
                Operand stop = Operand.of(DType.I32, r -> flag);
                cases.add(OpCase.of(new Accumulate(2), Operand.integers(n), totals, stop)
                        .bitForBit());
                cases.add(OpCase.of(new Accumulate(3), Operand.normal(n), totals, stop));
                for (double weight : new double[] {0.1, 0.75, 1}) {
                    cases.add(OpCase.of(new Blend(weight), Operand.normal(n), Operand.normal(n), stop));
                }
                cases.add(OpCase.of(new Blend(0.5), Operand.integers(n), Operand.integers(n), stop)
                        .bitForBit());
            }
        }
        cases.add(OpCase.of(
                new Accumulate(0),
                Operand.integers(7, 3),
                Operand.of(DType.F64, r -> 1, 1),
                Operand.of(DType.I32, r -> 0)));
    }

    private static void guards(List<OpCase> cases) {
        for (int n : new int[] {64, 128, 4096, 4160, 40_000}) {
            for (int flag : new int[] {0, 1}) { // once raised it stays
                Operand stop = Operand.of(DType.I32, r -> flag);
                cases.add(OpCase.of(new Guard(), Operand.normal(), Operand.normal(n), stop));
                for (double loss : new double[] {INF, -INF, NAN, 3e38}) {
                    cases.add(OpCase.of(new Guard(), Operand.constant(loss), Operand.normal(n), stop));
                }
            }
            Operand low = Operand.of(DType.I32, r -> 0);
            cases.add(OpCase.of(new ExpectFinite(), low, Operand.constant(3e38, n)));
            Operand loss = Operand.normal();
            // squares that overflow or underflow f32 while the norm does not
            cases.add(OpCase.of(new Guard(), loss, Operand.constant(1e30, n), low));
            cases.add(OpCase.of(new Guard(), loss, Operand.constant(1e-30, n), low));
            cases.add(OpCase.of(new Guard(), loss, Operand.constant(0, n), low));
            for (double bad : new double[] {INF, -INF, NAN}) {
                for (int at : new int[] {0, n / 2, n - 1}) {
                    int[] next = {0};
                    Operand spoilt = Operand.of(r -> next[0]++ % n == at ? bad : r.nextGaussian(), n);
                    cases.add(OpCase.of(new Guard(), loss, spoilt, low));
                    cases.add(OpCase.of(new ExpectFinite(), low, Operand.normal(7), spoilt, Operand.normal(1)));
                }
            }
        }
    }
}
