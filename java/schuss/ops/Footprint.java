package schuss.ops;

/**
 * The window of input positions that one output position of an op depends on, along the height and width of an image (a
 * sequence counts as an image of height 1). The receptive field of a layer is computed by chaining footprints.
 *
 * @param height of the window, in elements
 * @param width of the window, in elements
 * @param strideH vertical distance between the windows of neighbouring outputs
 * @param strideW horizontal distance between the windows of neighbouring outputs
 * @param dilationH vertical distance between neighbouring elements within a window; 1 if they touch
 * @param dilationW horizontal distance between neighbouring elements within a window; 1 if they touch
 */
public record Footprint(int height, int width, int strideH, int strideW, int dilationH, int dilationW) {
    /** Depends on the same position only, as element-wise functions and functions over a position's channels do. */
    public static final Footprint POINT = new Footprint(1, 1, 1, 1, 1, 1);

    /**
     * A window without dilation.
     *
     * @param height of the window, in elements
     * @param width of the window, in elements
     * @param strideH vertical distance between the windows of neighbouring outputs
     * @param strideW horizontal distance between the windows of neighbouring outputs
     */
    public Footprint(int height, int width, int strideH, int strideW) {
        this(height, width, strideH, strideW, 1, 1);
    }
}
