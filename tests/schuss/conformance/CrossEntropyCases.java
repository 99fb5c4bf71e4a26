package schuss.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import schuss.DType;
import schuss.Shape;
import schuss.ops.Constant;
import schuss.ops.CrossEntropy;
import schuss.ops.Literal;

/** Cross-entropy in all its forms, and constants, which bring its class weights. */
final class CrossEntropyCases {
    private static final int[][] SIZES = {
        {1, 1}, {1, 2}, {3, 1}, {5, 10}, {7, 3}, {13, 16}, {11, 17}, {128, 10}, {4001, 10}, {37, 1031}
    };

    private CrossEntropyCases() {}

    static void add(List<OpCase> cases) {
        constants(cases);
        for (CrossEntropy op : List.of(
                new CrossEntropy(),
                new CrossEntropy(false, 0.1, null),
                new CrossEntropy(false, 0, 1),
                new CrossEntropy(true, 0, null),
                new CrossEntropy(true, 0.3, -100))) {
            for (int[] size : SIZES) {
                for (boolean weighted : new boolean[] {false, true}) {
                    forward(cases, op, weighted, size);
                    backward(cases, op, weighted, size);
                }
            }
        }
        far(cases);
    }

    private static void constants(List<OpCase> cases) {
        Random random = new Random(3);
        for (int[] shape : new int[][] {{}, {1}, {7}, {3, 5}, {40_009}}) {
            Shape of = Shape.of(shape);
            int[] values = random.ints(of.size(), -50, 50).toArray();
            long[] wide = random.longs(of.size(), -1L << 53, 1L << 53).toArray();
            byte[] bytes = new byte[values.length];
            random.nextBytes(bytes);
            boolean[] truths = new boolean[values.length];
            Arrays.fill(truths, 0, truths.length / 2, true);
            cases.add(OpCase.of(new Constant(Literal.of(of, values))).bitForBit());
            cases.add(OpCase.of(new Constant(Literal.of(of, wide))).bitForBit());
            cases.add(OpCase.of(new Constant(Literal.of(of, bytes))).bitForBit());
            cases.add(OpCase.of(new Constant(Literal.of(of, truths))).bitForBit());
            double[] reals = random.doubles(of.size()).toArray();
            cases.add(OpCase.of(new Constant(Literal.of(of, reals))).bitForBit());
        }
        cases.add(OpCase.of(new Constant(Literal.of(Shape.of(3), 0.1, Double.NaN, Double.NEGATIVE_INFINITY)))
                .bitForBit());
    }

    /** Labels of which some are out of range or ignored. */
    private static Operand wild(CrossEntropy op, int[] size) {
        return Operand.of(
                DType.I32,
                r -> op.ignored() != null && r.nextInt(4) == 0 ? op.ignored() : r.nextInt(size[1] + 4) - 2,
                size[0]);
    }

    private static OpCase with(CrossEntropy op, boolean weighted, int classes, Operand scores, Operand labels) {
        return weighted ? OpCase.of(op, scores, labels, Operand.positive(classes)) : OpCase.of(op, scores, labels);
    }

    private static void forward(List<OpCase> cases, CrossEntropy op, boolean weighted, int[] size) {
        Operand labels = Operand.labels(size[1], size[0]);
        cases.add(with(op, weighted, size[1], Operand.normal(size), labels));
        cases.add(with(op, weighted, size[1], Operand.between(-80, 80, size), labels));
        cases.add(with(op, weighted, size[1], Operand.normal(size), wild(op, size))
                .notSmooth());
    }

    private static void backward(List<OpCase> cases, CrossEntropy op, boolean weighted, int[] size) {
        Operand scores = Operand.between(-80, 80, size);
        Operand maximum = Operand.between(80, 90, size[0]);
        Operand sum = Operand.positive(size[0]);
        Operand dLoss = Operand.normal(size[0]);
        CrossEntropy.Gradient gradient = new CrossEntropy.Gradient(op);
        Operand wild = wild(op, size);
        for (Operand labels : List.of(Operand.labels(size[1], size[0]), wild)) {
            OpCase whole = weighted
                    ? OpCase.of(gradient, scores, labels, maximum, sum, dLoss, Operand.positive(size[1]))
                    : OpCase.of(gradient, scores, labels, maximum, sum, dLoss);
            cases.add(labels.equals(wild) ? whole.notSmooth() : whole);
        }
    }

    private static void far(List<OpCase> cases) {
        Operand labels = Operand.labels(7, 31);
        cases.add(OpCase.of(new CrossEntropy(), Operand.between(-1e6, 1e6, 31, 7), labels)
                .notSmooth());
        cases.add(OpCase.of(new CrossEntropy(false, 0.2, null), Operand.between(-1e6, 1e6, 31, 7), labels)
                .notSmooth());
        double[] odd = {1, Double.NaN, Double.NEGATIVE_INFINITY, 2};
        cases.add(OpCase.of(new CrossEntropy(), Operand.among(odd, 64, 7), Operand.labels(7, 64))
                .notSmooth());
    }
}
