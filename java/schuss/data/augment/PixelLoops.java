package schuss.data.augment;

/**
 * The loops over all pixels in which changing images spends its time, for a backend to write in native code; found as a
 * service. All give the same bits, normal numbers apart, which agree to a few units in the last place.
 *
 * <p>A field and places are planes of (height, width): x for every pixel, then y, in pixels right of and below the centre.
 */
public interface PixelLoops {
    /**
     * Numbers of a random stream, from one on.
     *
     * @param first a multiple of 4
     */
    record Numbers(long seed, int stream, int step, long first) {}

    /**
     * Uniform numbers in [-alpha, alpha), smoothed along rows, then along columns; 0 beyond the field.
     *
     * @param numbers those of the field in their order
     * @param window of odd length, its middle upon the pixel
     * @param field (2, height, width), written
     * @param spare as large, for use
     */
    void field(Numbers numbers, float alpha, float[] window, float[] field, float[] spare, int height, int width);

    /**
     * Maps places, or those of the pixels themselves: x' = xx x + xy y + x0 and y' = yx x + yy y + y0.
     *
     * @param map xx, xy, x0, yx, yy, y0
     * @param ofPixels whether places are still to be filled
     */
    void map(double[] map, boolean ofPixels, float[] places, int height, int width);

    /** Adds to every place what a field has there, bilinearly; 0 beyond it. */
    void displace(float[] field, float[] places, int height, int width);

    /**
     * What an image (height, width, channels) has at all places, bilinearly; 0 beyond it.
     *
     * @param start where it begins among others, in both arrays
     */
    void sample(float[] places, float[] from, float[] to, int start, int height, int width, int channels);

    /** Adds normal numbers of this standard deviation. */
    void addNormals(Numbers numbers, float deviation, float[] values);
}
