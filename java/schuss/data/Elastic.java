package schuss.data;

/**
 * Elastic distortion: every pixel looks beside its place by a random field, smoothed with a Gaussian. Simard, Steinkraus
 * and Platt, "Best practices for convolutional neural networks applied to visual document analysis" (2003).
 */
final class Elastic {
    private static final double REACH = 3; // standard deviations; beyond is next to nothing

    private final int height;
    private final int width;
    private final float[] field; // x and y for every pixel
    private final float[] spare;

    Elastic(int height, int width) {
        this.height = height;
        this.width = width;
        field = new float[2 * height * width];
        spare = new float[field.length];
    }

    /**
     * A field of uniform numbers in [-alpha, alpha), smoothed; 0 beyond the picture.
     *
     * @param alpha pixels
     * @param sigma the Gaussian's standard deviation, pixels
     */
    float[] field(double alpha, double sigma, Draws draws) {
        draws.uniforms(field);
        for (int i = 0; i < field.length; i++) {
            field[i] = (float) (alpha * (2 * field[i] - 1));
        }
        float[] window = window(sigma);
        smooth(field, spare, window, 2, 2 * width); // along rows: places of a row are 2 apart, rows 2 * width
        smooth(spare, field, window, 2 * width, field.length); // along columns
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

    private static void smooth(float[] from, float[] to, float[] window, int step, int line) {
        int reach = window.length / 2;
        for (int start = 0; start < from.length; start += line) {
            for (int i = 0; i < line; i++) {
                int least = Math.max(-reach, -(i / step));
                int most = Math.min(reach, (line - 1 - i) / step);
                float sum = 0;
                for (int k = least; k <= most; k++) {
                    sum += window[k + reach] * from[start + i + k * step];
                }
                to[start + i] = sum;
            }
        }
    }
}
