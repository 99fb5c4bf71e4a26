package schuss.layers;

import schuss.Shape;
import schuss.ops.Op;
import schuss.ops.PoolWindow;
import schuss.ops.Value;

/** The windows of a pooling layer and how they move; shared by all pooling layers. */
record Pooling(int height, int width, int strideH, int strideW, Padding padding) {
    /** Checks the settings of a layer. */
    static Pooling of(String layer, int height, int width, int strideH, int strideW, Padding padding) {
        Check.atLeast(1, layer, "a window", height, width);
        Check.atLeast(1, layer, "a stride", strideH, strideW);
        if (Math.max(padding.top(), padding.bottom()) >= height || Math.max(padding.left(), padding.right()) >= width) {
            throw new IllegalArgumentException(layer + ": expected padding smaller than the window " + height + " x "
                    + width + ", got " + padding);
        }
        return new Pooling(height, width, strideH, strideW, padding);
    }

    /** The padding of a sequence seen as an image of height 1. */
    static Padding alongTime(Padding padding) {
        return padding.isSame() ? padding : Padding.of(0, 0, padding.left(), padding.right());
    }

    /** Makes the pooling op for given windows. */
    interface Make {
        Op of(PoolWindow window);
    }

    /** Pools images (batch, height, width, channels). */
    Value images(Value x, Make op) {
        if (x.shape().rank() != 4) {
            throw new IllegalArgumentException("expected input (batch, height, width, channels), got " + x.shape());
        }
        Padding.Ends rows = padding.vertical(x.shape().dim(1), height, strideH);
        Padding.Ends columns = padding.horizontal(x.shape().dim(2), width, strideW);
        PoolWindow window = new PoolWindow(
                height, width, strideH, strideW, rows.before(), rows.after(), columns.before(), columns.after());
        return Value.outputs(op.of(window), x).get(0);
    }

    /** Pools sequences (batch, time, features) as images of height 1. */
    Value sequences(Value x, Make op) {
        Shape shape = x.shape();
        if (shape.rank() != 3) {
            throw new IllegalArgumentException("expected input (batch, time, features), got " + shape);
        }
        Value y = images(x.reshape(Shape.of(shape.dim(0), 1, shape.dim(1), shape.dim(2))), op);
        return y.reshape(Shape.of(shape.dim(0), y.shape().dim(2), shape.dim(2)));
    }
}
