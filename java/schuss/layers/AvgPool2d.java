package schuss.layers;

import schuss.ops.AveragePool;
import schuss.ops.Value;

/**
 * Average pooling of images: the mean of each window, separately for each channel. It maps (batch, height, width,
 * channels) to (batch, outHeight, outWidth, channels) with {@code out = floor((size + padding - window) / stride) + 1},
 * or {@code ceil(size / stride)} with {@link Padding#same()}. By default padding does not count: at the border it is the
 * mean of the pixels that exist.
 *
 * <pre>{@code
 * new AvgPool2d(2)     // halves height and width
 * }</pre>
 *
 * @param height the height of a window, at least 1
 * @param width the width of a window, at least 1
 * @param strideH the vertical distance between neighbouring windows, at least 1; equal to the window's height by default
 * @param strideW the horizontal distance between neighbouring windows, at least 1; equal to the window's width by default
 * @param padding smaller than the window; none by default
 * @param countPadding whether padded positions count as zeros in the mean (PyTorch: count_include_pad); false by default
 */
public record AvgPool2d(int height, int width, int strideH, int strideW, Padding padding, boolean countPadding)
        implements Layer {
    /**
     * Creates the layer from all its settings; {@link #AvgPool2d(int)} is the usual way.
     *
     * @param height the height of a window, at least 1
     * @param width the width of a window, at least 1
     * @param strideH the vertical distance between neighbouring windows, at least 1
     * @param strideW the horizontal distance between neighbouring windows, at least 1
     * @param padding smaller than the window
     * @param countPadding whether padded positions count as zeros in the mean (PyTorch: count_include_pad)
     * @throws IllegalArgumentException if a size or a stride is below 1, or the padding is not smaller than the window
     */
    public AvgPool2d {
        Pooling.of("AvgPool2d", height, width, strideH, strideW, padding);
    }

    /**
     * Creates square windows that do not overlap, without padding.
     *
     * @param size the height and width of a window and the stride, at least 1
     */
    public AvgPool2d(int size) {
        this(size, size);
    }

    /**
     * Creates windows that do not overlap, without padding.
     *
     * @param height the height of a window and the vertical stride, at least 1
     * @param width the width of a window and the horizontal stride, at least 1
     */
    public AvgPool2d(int height, int width) {
        this(height, width, height, width, Padding.valid(), false);
    }

    /**
     * {@return a copy of this layer with the same stride in both directions}
     *
     * @param stride the distance between neighbouring windows, at least 1
     */
    public AvgPool2d withStride(int stride) {
        return withStride(stride, stride);
    }

    /**
     * {@return a copy of this layer with other strides}
     *
     * @param vertical the vertical distance between neighbouring windows, at least 1
     * @param horizontal the horizontal distance between neighbouring windows, at least 1
     */
    public AvgPool2d withStride(int vertical, int horizontal) {
        return new AvgPool2d(height, width, vertical, horizontal, padding, countPadding);
    }

    /**
     * {@return a copy of this layer with another padding}
     *
     * @param padding the padding around the image, smaller than the window
     */
    public AvgPool2d withPadding(Padding padding) {
        return new AvgPool2d(height, width, strideH, strideW, padding, countPadding);
    }

    /**
     * {@return a copy of this layer that counts padded positions as zeros, so that every sum is divided by the size of
     * the window}
     */
    public AvgPool2d withPaddingCounted() {
        return new AvgPool2d(height, width, strideH, strideW, padding, true);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(height, width, strideH, strideW, padding)
                .images(x, window -> new AveragePool(window, countPadding));
    }
}
