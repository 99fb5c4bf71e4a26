package schuss.layers;

import schuss.ops.AveragePool;
import schuss.ops.Value;

/**
 * The mean of each window, channel by channel: (batch, height, width, channels) to (batch, outHeight, outWidth, channels)
 * with out = floor((size + padding - window) / stride) + 1. At the borders it is the mean of the elements that are there.
 *
 * <pre>{@code
 * new AvgPool2d(2)     // halves height and width
 * }</pre>
 *
 * @param strideH how far apart windows stand; the size of a window unless set
 * @param padding none unless set
 * @param countPadding whether padding counts as zeros; PyTorch calls it count_include_pad
 */
public record AvgPool2d(int height, int width, int strideH, int strideW, Padding padding, boolean countPadding)
        implements Layer {
    public AvgPool2d {
        Pooling.of("AvgPool2d", height, width, strideH, strideW, padding);
    }

    public AvgPool2d(int size) {
        this(size, size);
    }

    public AvgPool2d(int height, int width) {
        this(height, width, height, width, Padding.valid(), false);
    }

    public AvgPool2d withStride(int stride) {
        return withStride(stride, stride);
    }

    public AvgPool2d withStride(int vertical, int horizontal) {
        return new AvgPool2d(height, width, vertical, horizontal, padding, countPadding);
    }

    public AvgPool2d withPadding(Padding padding) {
        return new AvgPool2d(height, width, strideH, strideW, padding, countPadding);
    }

    /** Divides every sum by the size of the window, as if padding were zeros of the image. */
    public AvgPool2d withPaddingCounted() {
        return new AvgPool2d(height, width, strideH, strideW, padding, true);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return new Pooling(height, width, strideH, strideW, padding)
                .images(x, window -> new AveragePool(window, countPadding));
    }
}
