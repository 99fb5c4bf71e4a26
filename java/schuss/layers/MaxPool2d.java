package schuss.layers;

import schuss.ops.MaxPool;
import schuss.ops.Value;

/**
 * The largest element of each window, channel by channel: (batch, height, width, channels) to (batch, outHeight, outWidth,
 * channels) with out = floor((size + padding - window) / stride) + 1. Padding never wins. The gradient goes to the largest
 * element, the first one where several are equal.
 *
 * <pre>{@code
 * new MaxPool2d(2)                                                    // halves height and width
 * new MaxPool2d(3).withStride(2).withPadding(Padding.of(1))           // overlapping, as in ResNet
 * }</pre>
 *
 * @param strideH how far apart windows stand; the size of a window unless set
 * @param padding none unless set
 */
public record MaxPool2d(int height, int width, int strideH, int strideW, Padding padding) implements Layer {
    public MaxPool2d {
        Pooling.of("MaxPool2d", height, width, strideH, strideW, padding);
    }

    public MaxPool2d(int size) {
        this(size, size);
    }

    public MaxPool2d(int height, int width) {
        this(height, width, height, width, Padding.valid());
    }

    public MaxPool2d withStride(int stride) {
        return withStride(stride, stride);
    }

    public MaxPool2d withStride(int vertical, int horizontal) {
        return new MaxPool2d(height, width, vertical, horizontal, padding);
    }

    public MaxPool2d withPadding(Padding padding) {
        return new MaxPool2d(height, width, strideH, strideW, padding);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(height, width, strideH, strideW, padding).images(x, MaxPool::new);
    }
}
