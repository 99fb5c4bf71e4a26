package schuss.layers;

/**
 * How many zeros surround an image before a kernel moves over it.
 *
 * @param isSame whether the sizes follow from the image: as many zeros as make the output ceil(input / stride) long; an
 *     odd one goes to the bottom and to the right, as in TensorFlow. The other four are 0 then.
 */
public record Padding(boolean isSame, int top, int bottom, int left, int right) {
    public Padding {
        if (top < 0 || bottom < 0 || left < 0 || right < 0) {
            throw new IllegalArgumentException("Padding: expected at least 0 on every side, got top " + top
                    + ", bottom " + bottom + ", left " + left + ", right " + right);
        }
    }

    /** Rows, or columns, of zeros along one axis. */
    public record Ends(int before, int after) {}

    /** As much as makes the output ceil(input / stride) long. */
    public static Padding same() {
        return new Padding(true, 0, 0, 0, 0);
    }

    /** None: the kernel stays inside. */
    public static Padding valid() {
        return of(0);
    }

    /** The same on all four sides. */
    public static Padding of(int size) {
        return of(size, size, size, size);
    }

    /** Each side by itself. */
    public static Padding of(int top, int bottom, int left, int right) {
        return new Padding(false, top, bottom, left, right);
    }

    /**
     * The zeros above and below an image of this height.
     *
     * @param extent how far the kernel reaches: (kernel - 1) * dilation + 1
     */
    public Ends vertical(int height, int extent, int stride) {
        return isSame ? same(height, extent, stride) : new Ends(top, bottom);
    }

    /** The zeros left and right of an image of this width. */
    public Ends horizontal(int width, int extent, int stride) {
        return isSame ? same(width, extent, stride) : new Ends(left, right);
    }

    private static Ends same(int size, int extent, int stride) {
        int output = (size + stride - 1) / stride;
        int total = Math.max((output - 1) * stride + extent - size, 0);
        return new Ends(total / 2, total - total / 2);
    }
}
