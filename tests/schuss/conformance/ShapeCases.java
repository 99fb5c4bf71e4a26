package schuss.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import schuss.DType;
import schuss.Shape;
import schuss.ir.Step;
import schuss.ops.Concatenate;
import schuss.ops.CumulativeSum;
import schuss.ops.Dropout;
import schuss.ops.Gather;
import schuss.ops.Max;
import schuss.ops.Normal;
import schuss.ops.Pad;
import schuss.ops.ScatterAdd;
import schuss.ops.Slice;
import schuss.ops.Transpose;

/** Cases of ops that move elements, choose among them or draw them. */
final class ShapeCases {
    /** More than the 32768 elements from which threads share the work; prime. */
    private static final int LARGE = 40_009;

    private static final double[] BROKEN = {0, 1, 2, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private ShapeCases() {}

    static void add(List<OpCase> cases) {
        concatenate(cases);
        slicesAndPads(cases);
        transposes(cases);
        maxima(cases);
        cumulativeSums(cases);
        gathers(cases);
        sharedMasks(cases);
        normals(cases);
    }

    private static void concatenate(List<OpCase> cases) {
        // along which axis, the joined extents, and the others
        int[][][] ways = {
            {{0}, {1}, {1}},
            {{0}, {3, 1, 5}, {1}},
            {{0}, {2, 3}, {1, 5, 7}},
            {{1}, {1, 2}, {3, 1, 5}},
            {{2}, {1, 1, 1, 1}, {2, 3, 1}},
            {{2}, {5, 31, 2}, {7, 3, 1}},
            {{1}, {4, 3}, {2, 1, 3, 5}},
            {{3}, {32, 64}, {4, 9, 11, 1}},
            {{0}, {LARGE, 5}, {1}},
            {{1}, {1, 67}, {613, 1}},
        };
        for (int[][] way : ways) {
            int axis = way[0][0];
            Operand[] parts = IntStream.of(way[1])
                    .mapToObj(extent -> {
                        int[] shape = way[2].clone();
                        shape[axis] = extent;
                        return Operand.normal(shape);
                    })
                    .toArray(Operand[]::new);
            cases.add(OpCase.of(new Concatenate(axis), parts).bitForBit());
        }
        Operand tokens = Operand.labels(1000, 5, 3);
        cases.add(OpCase.of(new Concatenate(1), tokens, tokens).bitForBit().notSmooth());
    }

    private static void slicesAndPads(List<OpCase> cases) {
        // shape, first index, one beyond the last
        int[][][] boxes = {
            {{1}, {0}, {1}},
            {{7}, {2}, {5}},
            {{7}, {6}, {7}},
            {{3, 5}, {0, 1}, {3, 2}}, // a column
            {{3, 5}, {1, 0}, {2, 5}}, // a row
            {{3, 5, 7}, {0, 2, 0}, {3, 4, 7}},
            {{3, 5, 7}, {1, 2, 3}, {2, 4, 6}},
            {{2, 9, 8, 3}, {0, 1, 1, 0}, {2, 8, 7, 3}},
            {{2, 3, 2, 5, 3}, {1, 1, 0, 1, 1}, {2, 3, 2, 4, 3}},
            {{LARGE}, {3}, {LARGE - 1}},
            {{300, 401}, {1, 3}, {299, 400}},
            {{4001, 40}, {0, 7}, {4001, 8}},
        };
        for (int[][] box : boxes) {
            List<Integer> begin = list(box[1]);
            cases.add(OpCase.of(new Slice(begin, list(box[2])), Operand.normal(box[0]))
                    .bitForBit());
            cases.add(OpCase.of(new Pad(begin, begin), Operand.normal(box[0])).bitForBit());
            List<Integer> none = begin.stream().map(i -> 0).toList();
            cases.add(OpCase.of(new Pad(begin, none), Operand.normal(box[0])).bitForBit());
        }
        cases.add(OpCase.of(new Slice(List.of(0, 1), List.of(5, 2)), Operand.labels(1000, 5, 3))
                .bitForBit()
                .notSmooth());
    }

    private static List<Integer> list(int... values) {
        return IntStream.of(values).boxed().toList();
    }

    private static void transposes(List<OpCase> cases) {
        int[][][] ways = {
            {{1}, {0}},
            {{5, 7}, {1, 0}},
            {{1, 7}, {1, 0}},
            {{16, 16}, {1, 0}},
            {{16, 17}, {1, 0}},
            {{35, 19}, {1, 0}},
            {{3, 5, 7}, {0, 2, 1}},
            {{3, 5, 7}, {2, 1, 0}},
            {{3, 5, 7}, {1, 0, 2}},
            {{3, 5, 7}, {1, 2, 0}},
            {{3, 5, 7}, {2, 0, 1}},
            {{3, 5, 7}, {0, 1, 2}},
            {{2, 6, 5, 4}, {0, 3, 1, 2}}, // channels last to first
            {{2, 4, 6, 5}, {0, 2, 3, 1}}, // and back
            {{2, 7, 3, 4}, {0, 2, 1, 3}}, // attention heads
            {{2, 3, 4, 5}, {3, 2, 1, 0}},
            {{2, 3, 1, 5, 3, 2}, {5, 0, 3, 2, 4, 1}},
            {{257, 191}, {1, 0}},
            {{20011, 2}, {1, 0}},
            {{2, 20011}, {1, 0}},
            {{3, 113, 127}, {0, 2, 1}},
            {{31, 37, 41}, {2, 1, 0}},
            {{8, 50, 4, 32}, {0, 2, 1, 3}},
        };
        for (int[][] way : ways) {
            cases.add(OpCase.of(new Transpose(list(way[1])), Operand.normal(way[0]))
                    .bitForBit());
        }
        cases.add(OpCase.of(new Transpose(List.of(1, 0)), Operand.labels(1000, 21, 18))
                .bitForBit()
                .notSmooth());
    }

    private static void maxima(List<OpCase> cases) {
        int[][] shapes = {
            {1},
            {5},
            {17},
            {3, 5},
            {2, 3, 5},
            {7, 1, 3},
            {33, 31},
            {2, 700},
            {LARGE},
            {4001, 10},
            {20011, 2},
            {2, 20011},
            {31, 37, 41},
            {8, 5, 1031},
        };
        for (int[] shape : shapes) {
            for (int axis = 0; axis < shape.length; axis++) {
                int[] reduced = reduced(shape, axis);
                Max op = new Max(axis);
                cases.add(OpCase.of(op, Operand.normal(shape)).bitForBit());
                // many are the largest, some are not finite
                cases.add(OpCase.of(op, Operand.of(r -> r.nextInt(3), shape))
                        .bitForBit()
                        .notSmooth());
                cases.add(
                        OpCase.of(op, Operand.among(BROKEN, shape)).bitForBit().notSmooth());
                cases.add(OpCase.of(op, Operand.constant(Double.NEGATIVE_INFINITY, shape))
                        .bitForBit()
                        .notSmooth());
                Operand constant = Operand.constant(2, shape);
                cases.add(OpCase.of(
                                new Max.Gradient(axis), constant, Operand.constant(2, reduced), Operand.normal(reduced))
                        .bitForBit());
            }
        }
    }

    private static void cumulativeSums(List<OpCase> cases) {
        int[][] shapes = {{1}, {5}, {33}, {3, 5}, {2, 3, 5}, {7, 1, 3}, {33, 31}, {LARGE}, {4001, 10}, {31, 37, 41}};
        for (int[] shape : shapes) {
            for (int axis = 0; axis < shape.length; axis++) {
                for (boolean backwards : new boolean[] {false, true}) {
                    CumulativeSum op = new CumulativeSum(axis, backwards);
                    cases.add(OpCase.of(op, Operand.normal(shape)).within(ShapeCases::cumulativeSumErrors));
                    cases.add(OpCase.of(op, Operand.integers(shape)).bitForBit());
                    cases.add(OpCase.of(op, Operand.labels(1000, shape))
                            .bitForBit()
                            .notSmooth());
                    cases.add(OpCase.of(op, Operand.of(DType.I64, r -> r.nextInt() * 1024.0, shape))
                            .bitForBit()
                            .notSmooth());
                }
            }
        }
    }

    /** The sum is made in double, of which K roundings leave nothing beside the one to single precision. */
    private static double[] cumulativeSumErrors(Step step, double[][] x, double[] y) {
        double terms = IntStream.range(0, x[0].length)
                .mapToDouble(i -> Math.abs(x[0][i]))
                .sum();
        double inDouble = terms * x[0].length * 0x1p-53;
        return Arrays.stream(y)
                .map(v -> Math.abs(v) * 0x1p-24 + inDouble + 0x1p-140)
                .toArray();
    }

    private static int[] reduced(int[] shape, int axis) {
        return IntStream.range(0, shape.length)
                .filter(i -> i != axis)
                .map(i -> shape[i])
                .toArray();
    }

    private static void gathers(List<OpCase> cases) {
        // rows, their size, how many
        for (int[] way : new int[][] {
            {1, 1, 1},
            {5, 3, 7},
            {7, 1, 5},
            {3, 17, 101},
            {1000, 16, 1},
            {1009, 64, 997},
            {2, 1, LARGE},
            {9001, 10, 4001},
            {1, 100, 503},
            {5, 2049, 13},
            {29, 1031, 7},
        }) {
            int rows = way[0];
            int size = way[1];
            int count = way[2];
            Operand right = Operand.labels(rows, count);
            Operand wild = Operand.of(DType.I32, r -> r.nextInt(rows + 4) - 2, count); // some out of range
            Operand far = Operand.of(DType.I32, Random::nextInt, count);
            Operand skewed = Operand.of(DType.I32, r -> (int) (rows * Math.pow(r.nextDouble(), 8)), count);
            cases.add(
                    OpCase.of(new Gather(), Operand.integers(rows, size), right).bitForBit());
            cases.add(OpCase.of(new Gather(), Operand.normal(rows, size), skewed));
            cases.add(OpCase.of(new ScatterAdd(rows), Operand.integers(count, size), skewed)
                    .bitForBit());
            cases.add(OpCase.of(new ScatterAdd(rows), Operand.normal(count, size), right));
            for (Operand indices : List.of(wild, far)) {
                cases.add(OpCase.of(new Gather(), Operand.normal(rows, size), indices)
                        .bitForBit()
                        .notSmooth());
                cases.add(OpCase.of(new ScatterAdd(rows), Operand.integers(count, size), indices)
                        .bitForBit()
                        .notSmooth());
            }
        }
        wideIndices(cases);
        // tables and indices of other ranks
        cases.add(OpCase.of(new Gather(), Operand.normal(5), Operand.labels(5)).bitForBit());
        cases.add(OpCase.of(new Gather(), Operand.normal(5, 2, 3), Operand.labels(5, 4, 3))
                .bitForBit());
        cases.add(OpCase.of(new ScatterAdd(5), Operand.integers(4, 3, 2, 3), Operand.labels(5, 4, 3))
                .bitForBit());
    }

    private static void wideIndices(List<OpCase> cases) {
        double[] far = {-1, 0, 1, 2, 3, 1L << 32, (1L << 32) + 1, -(1L << 40), 1L << 52};
        for (int[] way : new int[][] {{1, 1, 1}, {3, 17, 101}, {5, 2049, 13}, {2, 1, LARGE}, {9001, 10, 4001}}) {
            Operand right = Operand.of(DType.I64, r -> r.nextInt(way[0]), way[2]);
            Operand wild = Operand.of(DType.I64, r -> far[r.nextInt(far.length)], way[2]);
            for (Operand indices : List.of(right, wild)) {
                OpCase gather = OpCase.of(new Gather(), Operand.integers(way[0], way[1]), indices)
                        .bitForBit();
                OpCase scatter = OpCase.of(new ScatterAdd(way[0]), Operand.integers(way[2], way[1]), indices)
                        .bitForBit();
                cases.add(indices == right ? gather : gather.notSmooth());
                cases.add(indices == right ? scatter : scatter.notSmooth());
            }
        }
    }

    private static Operand randomState(long seed, int step) {
        double[] state = {seed, step};
        int[] next = {0};
        return Operand.of(DType.I64, r -> state[next[0]++ % 2], 2);
    }

    private static void sharedMasks(List<OpCase> cases) {
        int[][] shapes = {
            {1, 1}, {3, 5}, {2, 3, 5}, {3, 7, 7, 3}, {5, 4, 4, 64}, {2, 10, 100}, {65, 9, 67}, {3, 137, 127}
        };
        for (int[] shape : shapes) {
            int shared = IntStream.range(1, shape.length - 1).map(i -> shape[i]).reduce(1, (a, b) -> a * b);
            for (double rate : new double[] {0.1, 0.5}) {
                cases.add(OpCase.of(
                        new Dropout(rate, 1 / (1 - rate), shared, 3),
                        Operand.normal(shape),
                        randomState(0x123456789abL, 7)));
                cases.add(OpCase.of(
                                new Dropout(rate, 1, shared, 3), Operand.normal(shape), randomState(0x123456789abL, 7))
                        .bitForBit());
            }
        }
    }

    private static void normals(List<OpCase> cases) {
        for (int[] shape : new int[][] {{}, {1}, {2}, {3, 5}, {63}, {64}, {65}, {1001}, {LARGE}}) {
            for (double deviation : new double[] {1, 0.075}) {
                cases.add(OpCase.of(new Normal(Shape.of(shape), deviation, 5), randomState(0xfedcba98765L, 12)));
            }
        }
    }
}
