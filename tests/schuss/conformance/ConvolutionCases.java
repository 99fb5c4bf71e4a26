package schuss.conformance;

import java.util.List;
import schuss.Shape;
import schuss.ops.Convolution;
import schuss.ops.Expression;
import schuss.ops.FusedConvolution;
import schuss.ops.Type;

/** Cases of convolutions: every option at awkward sizes, and the sizes that networks have. */
final class ConvolutionCases {
    private static final Convolution PLAIN = new Convolution(1, 1, 0, 0, 0, 0, 1, 1, 1);
    private static final Convolution PADDED = new Convolution(1, 1, 1, 1, 1, 1, 1, 1, 1);

    private ConvolutionCases() {}

    /** x (batch, height, width, in), and a kernel (height, width) with so many output channels. */
    private record Sizes(int batch, int height, int width, int in, int kernelH, int kernelW, int out) {}

    static void add(List<OpCase> cases) {
        small(cases);
        grouped(cases);
        large(cases);
        fused(cases);
        notFinite(cases);
    }

    private static void small(List<OpCase> cases) {
        all(cases, PLAIN, new Sizes(1, 1, 1, 1, 1, 1, 1));
        all(cases, PLAIN, new Sizes(2, 3, 5, 2, 1, 1, 3));
        all(cases, PLAIN, new Sizes(1, 5, 7, 3, 3, 3, 2));
        all(cases, PLAIN, new Sizes(2, 4, 4, 3, 4, 4, 5)); // the kernel as large as the image
        all(cases, PLAIN, new Sizes(1, 1, 9, 3, 1, 4, 2)); // along time
        all(cases, PLAIN, new Sizes(3, 7, 1, 2, 3, 1, 2));
        all(cases, PADDED, new Sizes(1, 5, 5, 1, 3, 3, 7));
        all(cases, PADDED, new Sizes(2, 2, 2, 3, 4, 4, 2)); // larger than the image by itself
        all(cases, pads(2, 2, 2, 2), new Sizes(2, 6, 7, 1, 5, 5, 3)); // one channel in
        all(cases, pads(0, 1, 0, 1), new Sizes(2, 5, 5, 3, 2, 2, 3)); // even kernels
        all(cases, pads(1, 2, 1, 2), new Sizes(1, 5, 6, 2, 4, 4, 3));
        all(cases, pads(0, 3, 2, 1), new Sizes(2, 5, 4, 3, 2, 3, 2)); // asymmetric
        all(cases, pads(5, 0, 0, 6), new Sizes(1, 3, 3, 2, 3, 3, 2)); // wider than the kernel
        all(cases, strides(2, 2), new Sizes(2, 7, 8, 3, 3, 3, 2)); // the last column is in no window
        all(cases, strides(3, 2), new Sizes(1, 8, 9, 2, 2, 3, 3));
        all(cases, strides(2, 2), new Sizes(2, 8, 8, 3, 1, 1, 5)); // skips every other pixel
        all(cases, strides(5, 7), new Sizes(1, 11, 15, 2, 3, 2, 2)); // strides beyond the kernel
        all(cases, new Convolution(2, 2, 0, 1, 0, 1, 1, 1, 1), new Sizes(2, 8, 8, 3, 3, 3, 4));
        all(cases, new Convolution(1, 1, 2, 2, 2, 2, 2, 2, 1), new Sizes(2, 7, 6, 3, 3, 3, 2));
        all(cases, new Convolution(1, 1, 0, 2, 3, 0, 3, 2, 1), new Sizes(1, 9, 8, 2, 3, 2, 3));
        all(cases, new Convolution(2, 3, 1, 2, 2, 1, 2, 3, 1), new Sizes(2, 11, 13, 3, 3, 3, 2));
    }

    private static void grouped(List<OpCase> cases) {
        all(cases, groups(2), new Sizes(2, 5, 5, 4, 3, 3, 6));
        all(cases, groups(3), new Sizes(1, 4, 7, 9, 2, 3, 3));
        all(cases, groups(5), new Sizes(2, 4, 4, 10, 1, 1, 5));
        all(cases, new Convolution(2, 2, 0, 1, 1, 0, 2, 2, 2), new Sizes(2, 9, 9, 6, 3, 3, 4));
        for (int multiplier = 1; multiplier <= 2; multiplier++) {
            all(cases, groups(2), new Sizes(1, 5, 6, 2, 3, 3, 2 * multiplier));
            all(cases, groups(7), new Sizes(2, 5, 5, 7, 3, 3, 7 * multiplier));
            all(cases, groups(19), new Sizes(1, 3, 4, 19, 1, 1, 19 * multiplier));
            all(cases, new Convolution(2, 2, 1, 0, 0, 1, 1, 1, 5), new Sizes(2, 7, 8, 5, 4, 2, 5 * multiplier));
            all(cases, new Convolution(1, 2, 2, 2, 2, 2, 2, 2, 3), new Sizes(1, 7, 7, 3, 3, 3, 3 * multiplier));
        }
    }

    private static void large(List<OpCase> cases) {
        all(cases, pads(2, 2, 2, 2), new Sizes(8, 28, 28, 1, 5, 5, 32));
        all(cases, pads(2, 2, 2, 2), new Sizes(4, 14, 14, 32, 5, 5, 64));
        all(cases, PADDED, new Sizes(4, 32, 32, 3, 3, 3, 16));
        all(cases, PADDED, new Sizes(4, 32, 32, 16, 3, 3, 16));
        all(cases, PADDED, new Sizes(5, 8, 8, 64, 3, 3, 64));
        all(cases, PADDED, new Sizes(1, 17, 19, 37, 3, 3, 41));
        all(cases, new Convolution(2, 2, 0, 1, 0, 1, 1, 1, 1), new Sizes(4, 32, 32, 16, 3, 3, 32));
        all(cases, strides(2, 2), new Sizes(4, 32, 32, 16, 1, 1, 32));
        all(cases, PLAIN, new Sizes(3, 13, 11, 67, 1, 1, 129));
        all(cases, groups(4), new Sizes(3, 13, 11, 32, 3, 3, 64));
        all(cases, groups(61), new Sizes(3, 17, 16, 61, 3, 3, 61));
        all(cases, groups(16), new Sizes(3, 17, 16, 16, 3, 3, 32));
    }

    private static void fused(List<OpCase> cases) {
        Expression sum = Expression.input(0);
        Expression leaky = Expression.where(sum.greater(Expression.constant(0)), sum, sum.mul(0.01));
        for (Expression activation : List.of(sum, sum.relu(), sum.sigmoid(), sum.tanh(), leaky)) {
            boolean exact = activation.equals(sum) || activation.equals(sum.relu());
            for (boolean bias : new boolean[] {false, true}) {
                fused(cases, PADDED, new Sizes(2, 5, 7, 3, 3, 3, 5), bias, activation, exact);
                fused(cases, pads(0, 1, 0, 1), new Sizes(3, 13, 12, 16, 2, 2, 33), bias, activation, exact);
                fused(cases, groups(3), new Sizes(2, 5, 7, 3, 3, 3, 6), bias, activation, exact);
            }
        }
    }

    private static void fused(
            List<OpCase> cases, Convolution op, Sizes s, boolean bias, Expression activation, boolean exact) {
        FusedConvolution fused = new FusedConvolution(op, bias, activation);
        for (boolean integers : exact ? new boolean[] {false, true} : new boolean[] {false}) {
            Operand x = operand(integers, x(s));
            Operand w = operand(integers, w(op, s));
            Operand b = operand(integers, Shape.of(s.out));
            OpCase c = bias ? OpCase.of(fused, x, w, b) : OpCase.of(fused, x, w);
            cases.add(integers ? c.bitForBit() : c);
        }
    }

    /** An image with a few numbers that are none spoils what its kernels see, and no more. */
    private static void notFinite(List<OpCase> cases) {
        double[] values = {1, 2, 3, 4, 5, 6, 7, 8, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        Expression sum = Expression.input(0);
        for (Sizes s : List.of(new Sizes(2, 9, 8, 1, 3, 3, 5), new Sizes(1, 12, 12, 1, 5, 5, 32))) {
            Operand x = Operand.among(values, x(s).dimensions());
            Operand w = Operand.integers(w(PLAIN, s).dimensions());
            cases.add(OpCase.of(PLAIN, x, w).bitForBit().notSmooth());
            for (Expression activation : List.of(sum, sum.relu())) {
                cases.add(OpCase.of(new FusedConvolution(PLAIN, false, activation), x, w)
                        .bitForBit());
            }
        }
    }

    /** The convolution and its two gradients, of normal numbers and of integers that must come out exactly. */
    private static void all(List<OpCase> cases, Convolution op, Sizes s) {
        Shape x = x(s);
        Shape w = w(op, s);
        Shape y = op.infer(List.of(Type.f32(x), Type.f32(w))).get(0).shape();
        for (boolean integers : new boolean[] {false, true}) {
            List<OpCase> three = List.of(
                    OpCase.of(op, operand(integers, x), operand(integers, w)),
                    OpCase.of(
                            new Convolution.DataGradient(op, s.height, s.width),
                            operand(integers, y),
                            operand(integers, w)),
                    OpCase.of(
                            new Convolution.WeightGradient(op, s.kernelH, s.kernelW),
                            operand(integers, x),
                            operand(integers, y)));
            three.forEach(c -> cases.add(integers ? c.bitForBit() : c));
        }
    }

    private static Operand operand(boolean integers, Shape shape) {
        return integers ? Operand.integers(shape.dimensions()) : Operand.normal(shape.dimensions());
    }

    private static Shape x(Sizes s) {
        return Shape.of(s.batch, s.height, s.width, s.in);
    }

    private static Shape w(Convolution op, Sizes s) {
        return Shape.of(s.kernelH, s.kernelW, s.in / op.groups(), s.out);
    }

    private static Convolution pads(int top, int bottom, int left, int right) {
        return new Convolution(1, 1, top, bottom, left, right, 1, 1, 1);
    }

    private static Convolution strides(int vertical, int horizontal) {
        return new Convolution(vertical, horizontal, 0, 0, 0, 0, 1, 1, 1);
    }

    private static Convolution groups(int groups) {
        return new Convolution(1, 1, 1, 1, 1, 1, 1, 1, groups);
    }
}
