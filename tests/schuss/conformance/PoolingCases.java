package schuss.conformance;

import java.util.List;
import schuss.DType;
import schuss.Shape;
import schuss.ops.AveragePool;
import schuss.ops.MaxPool;
import schuss.ops.Op;
import schuss.ops.PoolWindow;
import schuss.ops.Type;

/** Cases of pooling: windows apart, overlapping, with gaps between them, with padding, over the whole image. */
final class PoolingCases {
    /** One way to pool: an image and windows over it. */
    private record Setting(int[] x, PoolWindow window) {}

    private static final List<Setting> SETTINGS = List.of(
            new Setting(new int[] {1, 1, 1, 1}, PoolWindow.of(1, 1)),
            new Setting(new int[] {2, 4, 6, 3}, PoolWindow.of(2, 2)),
            new Setting(new int[] {2, 5, 7, 5}, PoolWindow.of(2, 2)), // a row and a column in no window
            new Setting(
                    new int[] {3, 7, 5, 17},
                    PoolWindow.of(3, 3).withStride(2, 2).withPadding(1, 1, 1, 1)),
            new Setting(new int[] {2, 6, 6, 4}, PoolWindow.of(3, 3).withStride(1, 1)),
            new Setting(
                    new int[] {1, 5, 6, 2}, PoolWindow.of(3, 2).withStride(1, 2).withPadding(2, 0, 0, 1)),
            new Setting(new int[] {2, 7, 8, 3}, PoolWindow.of(1, 2).withStride(3, 3)), // gaps
            new Setting(new int[] {3, 1, 31, 16}, PoolWindow.of(1, 4).withStride(1, 2)), // a sequence
            new Setting(new int[] {2, 4, 4, 33}, PoolWindow.of(4, 4)), // the whole image
            new Setting(new int[] {2, 17, 19, 3}, PoolWindow.of(17, 19)), // more than a byte can count
            new Setting(
                    new int[] {2, 20, 20, 2},
                    PoolWindow.of(17, 17).withStride(1, 2).withPadding(3, 0, 0, 5)),
            new Setting(new int[] {5, 28, 28, 32}, PoolWindow.of(2, 2)), // threads share
            new Setting(
                    new int[] {3, 29, 31, 67},
                    PoolWindow.of(3, 3).withStride(2, 2).withPadding(1, 0, 1, 1)),
            new Setting(new int[] {1, 40, 37, 48}, PoolWindow.of(2, 4).withStride(2, 4)));

    private PoolingCases() {}

    static void add(List<OpCase> cases) {
        for (Setting setting : SETTINGS) {
            maximum(cases, setting);
            average(cases, setting);
        }
        PoolWindow window = PoolWindow.of(3, 3).withStride(2, 2).withPadding(1, 1, 1, 1);
        double inf = Double.POSITIVE_INFINITY;
        double[] extremes = {inf, -inf, 0, -1, Double.NaN, -3e38};
        cases.add(OpCase.of(new MaxPool(window), Operand.among(extremes, 3, 9, 9, 21))
                .bitForBit()
                .notSmooth());
        cases.add(OpCase.of(new MaxPool(window), Operand.constant(-inf, 2, 5, 5, 17))
                .bitForBit()
                .notSmooth());
        cases.add(OpCase.of(new AveragePool(window, false), Operand.among(new double[] {inf, 1, -inf}, 2, 9, 9, 21))
                .notSmooth());
    }

    private static void maximum(List<OpCase> cases, Setting setting) {
        Op op = new MaxPool(setting.window);
        cases.add(OpCase.of(op, Operand.normal(setting.x)).bitForBit());
        cases.add(OpCase.of(op, Operand.integers(setting.x)).bitForBit().notSmooth()); // of equal ones the first
        List<Type> y = op.infer(List.of(Type.f32(Shape.of(setting.x))));
        int[] shape = y.get(0).shape().dimensions();
        DType taken = y.get(1).dtype();
        cases.add(OpCase.of(
                        new MaxPool.Gradient(setting.window, Shape.of(setting.x)),
                        Operand.of(taken, r -> r.nextInt(setting.window.size()), shape),
                        Operand.integers(shape))
                .bitForBit());
        cases.add(OpCase.of(
                        new MaxPool.Pick(setting.window),
                        Operand.of(taken, r -> r.nextInt(setting.window.size()), shape),
                        Operand.normal(setting.x))
                .bitForBit());
    }

    private static void average(List<OpCase> cases, Setting setting) {
        for (boolean countPadding : new boolean[] {false, true}) {
            Op op = new AveragePool(setting.window, countPadding);
            cases.add(OpCase.of(op, Operand.normal(setting.x)));
            int[] y = op.infer(List.of(Type.f32(Shape.of(setting.x))))
                    .get(0)
                    .shape()
                    .dimensions();
            Op gradient = new AveragePool.Gradient(setting.window, countPadding, Shape.of(setting.x));
            cases.add(OpCase.of(gradient, Operand.normal(y)));
            boolean powerOfTwo = Integer.bitCount(setting.window.size()) == 1;
            if (powerOfTwo && countPadding) {
                cases.add(OpCase.of(op, Operand.integers(setting.x)).bitForBit());
                cases.add(OpCase.of(gradient, Operand.integers(y)).bitForBit());
            }
        }
    }
}
