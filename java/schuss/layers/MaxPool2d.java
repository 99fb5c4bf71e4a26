package schuss.layers;

import schuss.ops.MaxPool;
import schuss.ops.Value;

/**
 * Max pooling of images: the largest value of each window, separately for each channel. It maps (batch, height, width,
 * channels) to (batch, outHeight, outWidth, channels) with {@code out = floor((size + padding - window) / stride) + 1},
 * or {@code ceil(size / stride)} with {@link Padding#same()}. Padded positions are never the largest. The gradient goes
 * to the largest element of each window, to the first one where several are equal.
 *
 * <pre>{@code
 * new MaxPool2d(2)                                                    // halves height and width
 * new MaxPool2d(3).withStride(2).withPadding(Padding.of(1))           // overlapping, as in ResNet
 * }</pre>
 *
 * @param height the height of a window, at least 1
 * @param width the width of a window, at least 1
 * @param strideH the vertical distance between neighbouring windows, at least 1; equal to the window's height by default
 * @param strideW the horizontal distance between neighbouring windows, at least 1; equal to the window's width by default
 * @param padding smaller than the window; none by default
 */
public record MaxPool2d(int height, int width, int strideH, int strideW, Padding padding) implements Layer {
    /**
     * Creates the layer from all its settings; {@link #MaxPool2d(int)} is the usual way.
     *
     * @param height the height of a window, at least 1
     * @param width the width of a window, at least 1
     * @param strideH the vertical distance between neighbouring windows, at least 1
     * @param strideW the horizontal distance between neighbouring windows, at least 1
     * @param padding smaller than the window
     * @throws IllegalArgumentException if a size or a stride is below 1, or the padding is not smaller than the window
     */
    public MaxPool2d {
        Pooling.of("MaxPool2d", height, width, strideH, strideW, padding);
    }

    /**
     * Creates square windows that do not overlap, without padding.
     *
     * @param size the height and width of a window and the stride, at least 1
     */
    public MaxPool2d(int size) {
        this(size, size);
    }

    /**
     * Creates windows that do not overlap, without padding.
     *
     * @param height the height of a window and the vertical stride, at least 1
     * @param width the width of a window and the horizontal stride, at least 1
     */
    public MaxPool2d(int height, int width) {
        this(height, width, height, width, Padding.valid());
    }

    /**
     * {@return a copy of this layer with the same stride in both directions}
     *
     * @param stride the distance between neighbouring windows, at least 1
     */
    public MaxPool2d withStride(int stride) {
        return withStride(stride, stride);
    }

    /**
     * {@return a copy of this layer with other strides}
     *
     * @param vertical the vertical distance between neighbouring windows, at least 1
     * @param horizontal the horizontal distance between neighbouring windows, at least 1
     */
    public MaxPool2d withStride(int vertical, int horizontal) {
        return new MaxPool2d(height, width, vertical, horizontal, padding);
    }

    /**
     * {@return a copy of this layer with another padding}
     *
     * @param padding the padding around the image, smaller than the window
     */
    public MaxPool2d withPadding(Padding padding) {
        return new MaxPool2d(height, width, strideH, strideW, padding);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(height, width, strideH, strideW, padding).images(x, MaxPool::new);
    }
}
