package schuss.backend.reference;

import schuss.Shape;
import schuss.ops.AveragePool;
import schuss.ops.MaxPool;
import schuss.ops.PoolWindow;

/** Pooling, window by window. x are the inputs, y the outputs. */
final class ReferencePooling {
    private ReferencePooling() {}

    static void register(ReferenceBackend backend) {
        backend.loop(MaxPool.class, ReferencePooling::maxPool);
        backend.loop(MaxPool.Gradient.class, ReferencePooling::maxPoolGradient);
        backend.loop(MaxPool.Pick.class, ReferencePooling::pick);
        backend.loop(AveragePool.class, ReferencePooling::averagePool);
        backend.loop(AveragePool.Gradient.class, ReferencePooling::averagePoolGradient);
    }

    /** A pixel of an image, by channel, and its place in a window over it. */
    @FunctionalInterface
    private interface Visitor {
        void visit(int output, int pixel, int place);
    }

    /** Visits every pixel of every window, in order; padding is left out. */
    private static void visit(PoolWindow window, Shape x, Shape y, Visitor visitor) {
        for (int output = 0; output < y.size(); output++) {
            int channel = output % y.dim(3);
            int left = output / y.dim(3) % y.dim(2) * window.strideWidth() - window.left();
            int top = output / y.dim(3) / y.dim(2) % y.dim(1) * window.strideHeight() - window.top();
            int example = output / y.dim(3) / y.dim(2) / y.dim(1);
            for (int place = 0; place < window.size(); place++) {
                int row = top + place / window.width();
                int column = left + place % window.width();
                if (row >= 0 && row < x.dim(1) && column >= 0 && column < x.dim(2)) {
                    int pixel = (example * x.dim(1) + row) * x.dim(2) + column;
                    visitor.visit(output, pixel * x.dim(3) + channel, place);
                }
            }
        }
    }

    private static void maxPool(MaxPool op, Array[] x, Array[] y) {
        for (int i = 0; i < y[0].size(); i++) {
            y[0].set(i, Double.NEGATIVE_INFINITY);
            y[1].set(i, -1);
        }
        visit(op.window(), x[0].shape(), y[0].shape(), (output, pixel, place) -> {
            double here = x[0].get(pixel);
            double best = y[0].get(output);
            boolean first = y[1].get(output) < 0;
            if (first || here > best || (Double.isNaN(here) && !Double.isNaN(best))) {
                y[0].set(output, here);
                y[1].set(output, place);
            }
        });
    }

    private static void maxPoolGradient(MaxPool.Gradient op, Array[] x, Array[] y) {
        clear(y[0]);
        visit(op.window(), op.x(), x[1].shape(), (output, pixel, place) -> {
            if (x[0].get(output) == place) {
                y[0].add(pixel, x[1].get(output));
            }
        });
    }

    private static void pick(MaxPool.Pick op, Array[] x, Array[] y) {
        clear(y[0]);
        visit(op.window(), x[1].shape(), y[0].shape(), (output, pixel, place) -> {
            if (x[0].get(output) == place) {
                y[0].set(output, x[1].get(pixel));
            }
        });
    }

    private static void averagePool(AveragePool op, Array[] x, Array[] y) {
        int[] counts = counts(op.window(), op.countPadding(), x[0].shape(), y[0].shape());
        clear(y[0]);
        visit(
                op.window(),
                x[0].shape(),
                y[0].shape(),
                (output, pixel, place) -> y[0].add(output, x[0].get(pixel) / counts[output]));
    }

    private static void averagePoolGradient(AveragePool.Gradient op, Array[] x, Array[] y) {
        int[] counts = counts(op.window(), op.countPadding(), op.x(), x[0].shape());
        clear(y[0]);
        visit(
                op.window(),
                op.x(),
                x[0].shape(),
                (output, pixel, place) -> y[0].add(pixel, x[0].get(output) / counts[output]));
    }

    /** What each output divides by. */
    private static int[] counts(PoolWindow window, boolean countPadding, Shape x, Shape y) {
        int[] counts = new int[Math.toIntExact(y.size())];
        if (countPadding) {
            java.util.Arrays.fill(counts, window.size());
        } else {
            visit(window, x, y, (output, pixel, place) -> counts[output]++);
        }
        return counts;
    }

    private static void clear(Array y) {
        for (int i = 0; i < y.size(); i++) {
            y.set(i, 0);
        }
    }
}
