package schuss.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import schuss.ops.BatchNorm;
import schuss.ops.FusedBatchNorm;
import schuss.ops.GroupNorm;
import schuss.ops.LayerNorm;
import schuss.ops.Op;

/** Cases of normalisations: few and many rows, one channel, constant channels, means far from 0, what is not finite. */
final class NormalizationCases {
    private static final double EPSILON = 1e-5;
    private static final double INF = Double.POSITIVE_INFINITY;

    /** Channels last: dense and convolutional, narrow, odd, wide, more channels than rows, more than a part of rows. */
    private static final int[][] SHAPES = {
        {2, 1}, {2, 3}, {7, 5}, {13, 16}, {3, 5, 7, 2}, {2, 129}, {2, 1000}, {257, 33}, {4, 6, 6, 24}, {31, 67},
    };

    private static final int[][] LARGE = {
        {40_009, 1}, {20_011, 3}, {8, 33, 31, 16}, {4, 32, 32, 32}, {9, 16, 16, 64}, {128, 500}, {600, 127}, {331, 160},
    };

    private NormalizationCases() {}

    static void add(List<OpCase> cases) {
        batchNorm(cases);
        groupNorm(cases);
        layerNorm(cases);
        notFinite(cases);
    }

    /** Numbers around a mean. */
    private static ToDoubleFunction<Random> around(double mean, double deviation) {
        return r -> mean + deviation * r.nextGaussian();
    }

    /** Forward, and the gradient from drawn statistics, which need not be those of x. */
    private static void both(List<OpCase> cases, Op forward, Op gradient, int[] x, int[] scale, int[] statistics) {
        cases.add(OpCase.of(forward, Operand.normal(x), Operand.normal(scale), Operand.normal(scale)));
        cases.add(OpCase.of(
                gradient,
                Operand.normal(x),
                Operand.normal(scale),
                Operand.normal(statistics),
                Operand.positive(statistics),
                Operand.normal(x)));
    }

    private static int[] channels(int[] x) {
        return new int[] {x[x.length - 1]};
    }

    private static void batchNorm(List<OpCase> cases) {
        Op op = new BatchNorm(EPSILON);
        for (int[][] shapes : new int[][][] {SHAPES, LARGE}) {
            for (int[] x : shapes) {
                both(cases, op, new BatchNorm.Gradient(EPSILON), x, channels(x), channels(x));
                fused(cases, x);
            }
        }
        for (int[] x : new int[][] {{2, 3}, {37, 5}, {5, 9, 9, 16}, {20_011, 3}}) {
            Operand scale = Operand.normal(channels(x));
            Operand shift = Operand.normal(channels(x));
            for (double mean : new double[] {1000, -1e6}) { // single precision has room for 24 bits
                cases.add(OpCase.of(op, Operand.of(around(mean, 1), x), scale, shift)
                        .notSmooth());
            }
            // not of one distribution: the deviation grows with the rows
            int[] next = {0};
            int size = java.util.Arrays.stream(x).reduce(1, (a, b) -> a * b);
            Operand drifting = Operand.of(r -> 100.0 * (next[0]++ % size) / size + r.nextGaussian(), x);
            cases.add(OpCase.of(op, drifting, scale, shift).notSmooth());
            for (double value : new double[] {0, 1000.1, 1e-20}) { // no variance at all
                cases.add(
                        OpCase.of(op, Operand.constant(value, x), scale, shift).notSmooth());
            }
            cases.add(
                    OpCase.of(op, Operand.of(around(0, 1e-12), x), scale, shift).notSmooth());
            cases.add(
                    OpCase.of(op, Operand.of(around(0, 1e15), x), scale, shift).notSmooth());
        }
    }

    private static void fused(List<OpCase> cases, int[] x) {
        Operand scale = Operand.normal(channels(x));
        Operand mean = Operand.normal(channels(x));
        Operand variance = Operand.positive(channels(x));
        for (boolean add : new boolean[] {false, true}) {
            for (boolean relu : new boolean[] {false, true}) {
                List<Operand> inputs = new ArrayList<>(List.of(Operand.normal(x), scale, Operand.normal(channels(x))));
                if (add) {
                    inputs.add(Operand.normal(x));
                }
                cases.add(OpCase.of(new FusedBatchNorm(EPSILON, add, relu), inputs.toArray(Operand[]::new)));
            }
        }
        cases.add(OpCase.of(
                new FusedBatchNorm.Gradient(EPSILON),
                Operand.normal(x),
                scale,
                Operand.normal(channels(x)),
                mean,
                variance,
                Operand.normal(x)));
        for (int terms : new int[] {1, 2}) {
            List<Operand> inputs = new ArrayList<>(List.of(Operand.normal(x), scale, mean, variance));
            inputs.add(Operand.among(new double[] {0, 0.5, 2}, x)); // y, which ReLU made
            for (int i = 0; i < terms; i++) {
                inputs.add(Operand.normal(x));
            }
            cases.add(OpCase.of(new FusedBatchNorm.ResidualGradient(EPSILON, terms), inputs.toArray(Operand[]::new)));
        }
    }

    private static void groupNorm(List<OpCase> cases) {
        int[][] shapes = {
            {1, 4}, {2, 6}, {3, 5, 7, 12}, {2, 9, 24}, {5, 14, 14, 32}, {2, 33, 31, 48}, {1, 37, 41, 30}, {40, 900},
        };
        for (int[] x : shapes) {
            int channels = x[x.length - 1];
            for (int groups : new int[] {1, 2, channels}) {
                Op gradient = new GroupNorm.Gradient(groups, EPSILON);
                both(cases, new GroupNorm(groups, EPSILON), gradient, x, channels(x), new int[] {x[0], groups});
            }
        }
        Operand far = Operand.of(around(1000, 1), 3, 8, 8, 6);
        cases.add(OpCase.of(new GroupNorm(3, EPSILON), far, Operand.normal(6), Operand.normal(6))
                .notSmooth());
    }

    private static void layerNorm(List<OpCase> cases) {
        int[][] shapes = {
            {1, 1},
            {3, 1},
            {2, 3},
            {7, 5},
            {3, 5, 17},
            {2, 129},
            {31, 67},
            {128, 500},
            {9001, 10},
            {40, 1031},
            {3, 13_001}
        };
        for (int[] x : shapes) {
            int[] statistics = java.util.Arrays.copyOf(x, x.length - 1);
            both(cases, new LayerNorm(1, EPSILON), new LayerNorm.Gradient(1, EPSILON), x, channels(x), statistics);
        }
        both(
                cases,
                new LayerNorm(2, EPSILON),
                new LayerNorm.Gradient(2, EPSILON),
                new int[] {5, 7, 11},
                new int[] {7, 11},
                new int[] {5});
        both(
                cases,
                new LayerNorm(3, EPSILON),
                new LayerNorm.Gradient(3, EPSILON),
                new int[] {3, 4, 5},
                new int[] {3, 4, 5},
                new int[] {});
        for (int columns : new int[] {2, 5, 67, 768}) {
            Operand scale = Operand.normal(columns);
            Operand shift = Operand.normal(columns);
            for (double mean : new double[] {1000, -1e6}) {
                cases.add(OpCase.of(new LayerNorm(1, EPSILON), Operand.of(around(mean, 1), 61, columns), scale, shift)
                        .notSmooth());
            }
            cases.add(OpCase.of(new LayerNorm(1, EPSILON), Operand.constant(1000.1, 3, columns), scale, shift)
                    .notSmooth());
        }
    }

    private static void notFinite(List<OpCase> cases) {
        // a few of many, so that most channels and rows stay whole
        ToDoubleFunction<Random> draw = r -> switch (r.nextInt(200)) {
            case 0 -> INF;
            case 1 -> -INF;
            case 2 -> Double.NaN;
            default -> r.nextGaussian();
        };
        int[] x = {40, 37};
        int[] scale = {37};
        Operand some = Operand.of(draw, x);
        List<Op> forward = List.of(
                new BatchNorm(EPSILON),
                new LayerNorm(1, EPSILON),
                new GroupNorm(37, EPSILON),
                new FusedBatchNorm(EPSILON, false, true));
        for (Op op : forward) {
            cases.add(OpCase.of(op, some, Operand.normal(scale), Operand.normal(scale))
                    .notSmooth());
            // sums overflow, means do not
            cases.add(OpCase.of(op, Operand.constant(3e38, x), Operand.normal(scale), Operand.normal(scale))
                    .notSmooth());
        }
        for (Op op : List.of(new BatchNorm.Gradient(EPSILON), new LayerNorm.Gradient(1, EPSILON))) {
            int[] statistics = {op instanceof BatchNorm.Gradient ? x[1] : x[0]};
            for (Operand[] spoilt : new Operand[][] {{some, Operand.normal(x)}, {Operand.normal(x), some}}) {
                cases.add(OpCase.of(
                                op,
                                spoilt[0],
                                Operand.normal(scale),
                                Operand.normal(statistics),
                                Operand.positive(statistics),
                                spoilt[1])
                        .notSmooth());
            }
        }
    }
}
