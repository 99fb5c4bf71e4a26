package schuss.ops;

/**
 * Which positions of its input one position of an op's output sees, along an image's height and width.
 *
 * @param height of the kernel, in elements
 * @param strideH from one output to the next
 * @param dilationH from one element of the kernel to the next
 */
public record Footprint(int height, int width, int strideH, int strideW, int dilationH, int dilationW) {
    /** The same position only: elementwise functions, and functions of a position's channels. */
    public static final Footprint POINT = new Footprint(1, 1, 1, 1, 1, 1);

    public Footprint(int height, int width, int strideH, int strideW) {
        this(height, width, strideH, strideW, 1, 1);
    }
}
