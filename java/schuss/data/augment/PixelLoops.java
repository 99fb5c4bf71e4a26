package schuss.data.augment;

/**
 * The loops over all pixels of an image that augmentation needs, which a backend may implement in native code;
 * implementations are found by {@link java.util.ServiceLoader}. All give exactly the same numbers, except normal ones,
 * which agree to a few units in the last place.
 *
 * <p>Fields and places are two planes of (height, width): first x for every pixel, then y, in pixels to the right of and
 * below the centre of the image.
 */
public interface PixelLoops {
    /**
     * Numbers of a random stream.
     *
     * @param seed the seed
     * @param stream the number of the stream
     * @param step the step in training, here the epoch
     * @param first the index of the first number, a multiple of 4
     */
    record Numbers(long seed, int stream, int step, long first) {}

    /**
     * Fills a field with uniform numbers in [-alpha, alpha) and smooths it along rows and then along columns; outside,
     * the field is 0.
     *
     * @param numbers the random numbers of the field in their order
     * @param alpha the range of the numbers
     * @param window the weights of the filter, of odd length; the middle one is that of the pixel itself
     * @param field (2, height, width), written
     * @param spare scratch memory of the same size
     * @param height the height of the image
     * @param width the width of the image
     */
    void field(Numbers numbers, float alpha, float[] window, float[] field, float[] spare, int height, int width);

    /**
     * Applies an affine map to places: {@code x' = xx x + xy y + x0} and {@code y' = yx x + yy y + y0}.
     *
     * @param map xx, xy, x0, yx, yy, y0
     * @param ofPixels whether the places of the pixels themselves are mapped; else those in {@code places}
     * @param places (2, height, width), written
     * @param height the height of the image
     * @param width the width of the image
     */
    void map(double[] map, boolean ofPixels, float[] places, int height, int width);

    /**
     * Adds to every place the value of a field there, interpolated bilinearly; 0 outside the field.
     *
     * @param field (2, height, width)
     * @param places (2, height, width), changed
     * @param height the height of the image
     * @param width the width of the image
     */
    void displace(float[] field, float[] places, int height, int width);

    /**
     * Reads an image at all places by bilinear interpolation; 0 outside the image.
     *
     * @param places (2, height, width)
     * @param from holds the image, (height, width, channels)
     * @param to receives the new image
     * @param start the index at which the image begins in both arrays
     * @param height the height of the image
     * @param width the width of the image
     * @param channels the number of channels
     */
    void sample(float[] places, float[] from, float[] to, int start, int height, int width, int channels);

    /**
     * Adds normal random numbers.
     *
     * @param numbers the random numbers
     * @param deviation their standard deviation
     * @param values the numbers to which they are added
     */
    void addNormals(Numbers numbers, float deviation, float[] values);
}
