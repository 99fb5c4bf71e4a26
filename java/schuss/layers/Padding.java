package schuss.layers;

/**
 * The zeros around an image before a kernel or a pooling window moves over it. Use {@link #same()}, {@link #valid()} or
 * {@link #of(int)}.
 *
 * <pre>{@code
 * new Conv2d(16, 3).withPadding(Padding.valid())   // 28 x 28 becomes 26 x 26
 * }</pre>
 *
 * @param isSame whether the numbers are derived from the image: as many zeros as make the output {@code ceil(input /
 *     stride)} long. An odd zero goes to the bottom and to the right, as in TensorFlow. The other components are 0 then.
 * @param top rows of zeros above the image, at least 0
 * @param bottom rows of zeros below the image, at least 0
 * @param left columns of zeros left of the image, at least 0
 * @param right columns of zeros right of the image, at least 0
 */
public record Padding(boolean isSame, int top, int bottom, int left, int right) {
    /**
     * Creates a padding from all its components.
     *
     * @param isSame whether the numbers are derived from the image: as many zeros as make the output {@code ceil(input /
     *     stride)} long
     * @param top rows of zeros above the image, at least 0
     * @param bottom rows of zeros below the image, at least 0
     * @param left columns of zeros left of the image, at least 0
     * @param right columns of zeros right of the image, at least 0
     * @throws IllegalArgumentException if a side is negative
     */
    public Padding {
        if (top < 0 || bottom < 0 || left < 0 || right < 0) {
            throw new IllegalArgumentException("Padding: expected at least 0 on every side, got top " + top
                    + ", bottom " + bottom + ", left " + left + ", right " + right);
        }
    }

    /**
     * The numbers of zeros at the two ends of one axis.
     *
     * @param before rows above, or columns to the left
     * @param after rows below, or columns to the right
     */
    public record Ends(int before, int after) {}

    /** {@return the padding that makes the output {@code ceil(input / stride)} long: as long as the input for stride 1} */
    public static Padding same() {
        return new Padding(true, 0, 0, 0, 0);
    }

    /** {@return no padding: the kernel stays inside the image} */
    public static Padding valid() {
        return of(0);
    }

    /**
     * {@return the same padding on all four sides}
     *
     * @param size rows or columns of zeros, at least 0
     */
    public static Padding of(int size) {
        return of(size, size, size, size);
    }

    /**
     * {@return a padding with a number for each side}
     *
     * @param top rows of zeros above, at least 0
     * @param bottom rows of zeros below, at least 0
     * @param left columns of zeros to the left, at least 0
     * @param right columns of zeros to the right, at least 0
     */
    public static Padding of(int top, int bottom, int left, int right) {
        return new Padding(false, top, bottom, left, right);
    }

    /**
     * {@return the zeros above and below an image}
     *
     * @param height the height of the image
     * @param extent the number of rows that the kernel spans: {@code (kernel - 1) * dilation + 1}
     * @param stride by how many rows the kernel moves
     */
    public Ends vertical(int height, int extent, int stride) {
        return isSame ? same(height, extent, stride) : new Ends(top, bottom);
    }

    /**
     * {@return the zeros left and right of an image}
     *
     * @param width the width of the image
     * @param extent the number of columns that the kernel spans: {@code (kernel - 1) * dilation + 1}
     * @param stride by how many columns the kernel moves
     */
    public Ends horizontal(int width, int extent, int stride) {
        return isSame ? same(width, extent, stride) : new Ends(left, right);
    }

    private static Ends same(int size, int extent, int stride) {
        int output = (size + stride - 1) / stride;
        int total = Math.max((output - 1) * stride + extent - size, 0);
        return new Ends(total / 2, total - total / 2);
    }
}
