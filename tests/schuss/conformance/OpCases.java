package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import schuss.DType;
import schuss.Shape;
import schuss.ops.BroadcastTo;
import schuss.ops.Dropout;
import schuss.ops.Expression;
import schuss.ops.Fill;
import schuss.ops.FusedMatMul;
import schuss.ops.LogSoftmax;
import schuss.ops.MatMul;
import schuss.ops.Op;
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
        PointwiseCases.add(cases);
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
        BookkeepingCases.add(cases);
        OptimizerCases.add(cases);
        MaxNormCases.add(cases);
        ShapeCases.add(cases);
        RowCases.add(cases);
        PoolingCases.add(cases);
        NormalizationCases.add(cases);
        return cases;
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
}
