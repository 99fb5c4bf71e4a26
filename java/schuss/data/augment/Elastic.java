package schuss.data.augment;

/**
 * Elastic distortion: every pixel is moved by a random field that is smoothed with a Gaussian filter. Source: Simard,
 * Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document analysis" (2003).
 */
final class Elastic {
    private static final double REACH = 3; // standard deviations; beyond is next to nothing

    private final int height;
    private final int width;
    private final PixelLoops loops;
    private float[] field; // (2, height, width); made when first asked for, as are the others
    private float[] spare;
    private float[] window;
    private double windowSigma;

    Elastic(int height, int width, PixelLoops loops) {
        this.height = height;
        this.width = width;
        this.loops = loops;
    }

    /**
     * A smoothed field of uniform numbers in [-alpha, alpha), taken as 0 outside the image.
     *
     * @param alpha in pixels
     * @param sigma the standard deviation of the filter in pixels
     */
    float[] field(double alpha, double sigma, Draws draws) {
        if (field == null) {
            field = new float[2 * height * width];
            spare = new float[field.length];
        }
        if (windowSigma != sigma) {
            window = window(sigma);
            windowSigma = sigma;
        }
        loops.field(draws.numbers(), (float) alpha, window, field, spare, height, width);
        return field;
    }

    private static float[] window(double sigma) {
        int reach = (int) Math.ceil(REACH * sigma);
        double[] values = new double[2 * reach + 1];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            double distance = (i - reach) / sigma;
            values[i] = Math.exp(-distance * distance / 2);
            sum += values[i];
        }
        float[] window = new float[values.length];
        for (int i = 0; i < window.length; i++) {
            window[i] = (float) (values[i] / sum);
        }
        return window;
    }
}
