package schuss.data.augment;

import java.util.Arrays;

/** An image that is being augmented: numbers as the network sees them, (height, width, channels). */
final class Image {
    private static final double LEAST_ASPECT = 0.3; // of what is erased, as in the paper
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f}; // ITU-R BT.601

    private final int height;
    private final int width;
    private final int channels;
    private final PixelLoops loops;
    private final Warp warp;
    private final Elastic elastic;
    private float[] pixels;
    private float[] spare; // as long

    Image(int height, int width, int channels, PixelLoops loops) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.loops = loops;
        warp = new Warp(height, width, loops);
        elastic = new Elastic(height, width, loops);
        pixels = new float[height * width * channels];
        spare = new float[pixels.length];
    }

    /** The pixels, in another array after every {@link #resample}. */
    float[] pixels() {
        return pixels;
    }

    Warp warp() {
        return warp;
    }

    /** Moves pixels along a random field. */
    void distort(double alpha, double sigma, Draws draws) {
        warp.displace(elastic.field(alpha, sigma, draws));
    }

    /**
     * Takes a random part of the image with this share of its area and an aspect ratio that differs by at most a third.
     */
    void window(double area, Draws draws) {
        double aspect = Math.exp(draws.within(Math.log(4.0 / 3)));
        double shareX = Math.min(1, Math.sqrt(area * aspect));
        double shareY = Math.min(1, Math.sqrt(area / aspect));
        // to the outer pixels' middles: beyond them the image fades out
        double x = draws.within((1 - shareX) / 2) * (width - 1);
        double y = draws.within((1 - shareY) / 2) * (height - 1);
        warp.window(x, y, shareX, shareY);
    }

    /** Applies all moves at once. */
    void resample() {
        if (warp.isMoved()) {
            warp.place();
            warp.sample(pixels, spare, 0, channels);
            float[] made = spare;
            spare = pixels;
            pixels = made;
        }
    }

    /**
     * Moves every pixel away from (factor above 1) or towards (below 1) its own grey for saturation, the mean of all
     * pixels for contrast, and black for brightness.
     */
    void colour(double brightness, double contrast, double saturation) {
        float mean = 0;
        for (float pixel : pixels) {
            mean += pixel;
        }
        mean /= pixels.length;
        for (int at = 0; at < pixels.length; at += channels) {
            float grey = grey(at);
            for (int i = at; i < at + channels; i++) {
                float saturated = (float) (grey + saturation * (pixels[i] - grey));
                pixels[i] = (float) (brightness * (mean + contrast * (saturated - mean)));
            }
        }
    }

    private float grey(int at) {
        if (channels != LUMA.length) {
            float sum = 0;
            for (int i = at; i < at + channels; i++) {
                sum += pixels[i];
            }
            return sum / channels;
        }
        return LUMA[0] * pixels[at] + LUMA[1] * pixels[at + 1] + LUMA[2] * pixels[at + 2];
    }

    void noise(double deviation, Draws draws) {
        loops.addNormals(draws.numbers(), (float) deviation, pixels);
    }

    /** Sets a random rectangle with this share of the area to 0. */
    void erase(double area, Draws draws) {
        double aspect = Math.exp(draws.within(-Math.log(LEAST_ASPECT)));
        int rows = (int) Math.min(height, Math.round(height * Math.sqrt(area * aspect)));
        int columns = (int) Math.min(width, Math.round(width * Math.sqrt(area / aspect)));
        int top = (int) draws.uniform(0, height - rows + 1);
        int left = (int) draws.uniform(0, width - columns + 1);
        for (int row = top; row < top + rows; row++) {
            int from = (row * width + left) * channels;
            Arrays.fill(pixels, from, from + columns * channels, 0);
        }
    }
}
