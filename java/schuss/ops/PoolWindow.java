package schuss.ops;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;

/**
 * The size, stride and padding of the windows of a pooling op on x (batch, height, width, channels). The first window
 * starts {@code top} rows above and {@code left} columns left of the image. Padding must be smaller than the window.
 *
 * @param height of a window, in pixels, at least 1
 * @param width of a window, in pixels, at least 1
 * @param strideHeight vertical distance between windows, at least 1
 * @param strideWidth horizontal distance between windows, at least 1
 * @param top rows of padding above the image
 * @param bottom rows of padding below the image
 * @param left columns of padding to the left of the image
 * @param right columns of padding to the right of the image
 */
public record PoolWindow(
        int height, int width, int strideHeight, int strideWidth, int top, int bottom, int left, int right) {

    /**
     * {@return windows side by side: the stride is the window's size, and there is no padding}
     *
     * @param height of a window, in pixels
     * @param width of a window, in pixels
     */
    public static PoolWindow of(int height, int width) {
        return new PoolWindow(height, width, height, width, 0, 0, 0, 0);
    }

    /**
     * {@return the same windows at other distances}
     *
     * @param height vertical distance between windows, at least 1
     * @param width horizontal distance between windows, at least 1
     */
    public PoolWindow withStride(int height, int width) {
        return new PoolWindow(this.height, this.width, height, width, top, bottom, left, right);
    }

    /**
     * {@return the same windows with padding around the image}
     *
     * @param top rows above the image
     * @param bottom rows below the image
     * @param left columns to the left of the image
     * @param right columns to the right of the image
     */
    public PoolWindow withPadding(int top, int bottom, int left, int right) {
        return new PoolWindow(height, width, strideHeight, strideWidth, top, bottom, left, right);
    }

    /** The pixels of the input that one pixel of the output depends on. */
    Footprint footprint() {
        return new Footprint(height, width, strideHeight, strideWidth);
    }

    /** {@return the number of pixels in a window} */
    public int size() {
        return Math.multiplyExact(height, width);
    }

    /** The shape of the result for an input of shape x. Errors name {@code op}. */
    Shape output(Op op, Shape x) {
        op.expect(x.rank() == 4, "x (batch, height, width, channels)", x);
        op.expect(height > 0 && width > 0, "a window of at least 1 x 1", height + " x " + width);
        op.expect(strideHeight > 0 && strideWidth > 0, "strides of at least 1", strideHeight + " and " + strideWidth);
        op.expect(top >= 0 && bottom >= 0 && left >= 0 && right >= 0, "padding of at least 0", padding());
        op.expect(
                Math.max(top, bottom) < height && Math.max(left, right) < width,
                "padding smaller than the window " + height + " x " + width,
                padding());
        int paddedHeight = x.dim(1) + top + bottom;
        int paddedWidth = x.dim(2) + left + right;
        op.expect(
                paddedHeight >= height && paddedWidth >= width,
                "an image of at least " + height + " x " + width + " with its padding",
                paddedHeight + " x " + paddedWidth);
        return x.with(1, (paddedHeight - height) / strideHeight + 1).with(2, (paddedWidth - width) / strideWidth + 1);
    }

    /**
     * The call of a kernel for images of shape x: the fields of the native {@code PoolSizes} in order, then {@code
     * more}.
     */
    Call call(String file, String function, Shape x, Number... more) {
        int down = (x.dim(1) + top + bottom - height) / strideHeight + 1;
        int across = (x.dim(2) + left + right - width) / strideWidth + 1;
        List<Number> numbers = new ArrayList<>(List.of(x.dim(0)));
        numbers.addAll(List.of(x.dim(1), down, height, strideHeight, top));
        numbers.addAll(List.of(x.dim(2), across, width, strideWidth, left));
        numbers.add(x.dim(3));
        numbers.addAll(List.of(more));
        return Call.of(file, function, numbers.toArray(Number[]::new));
    }

    private String padding() {
        return top + ", " + bottom + ", " + left + ", " + right;
    }

    @Override
    public String toString() {
        String strides = strideHeight == height && strideWidth == width ? "" : "/" + strideHeight + "x" + strideWidth;
        String padded = top + bottom + left + right == 0 ? "" : " padding (" + padding() + ")";
        return height + "x" + width + strides + padded;
    }
}
