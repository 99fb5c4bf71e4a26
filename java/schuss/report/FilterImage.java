package schuss.report;

import java.awt.image.BufferedImage;

/**
 * The filters of a first layer over images, side by side in one image. Each filter is scaled separately, from black at
 * its smallest weight to white at its largest. Filters with three channels are shown in colour, others as the mean of
 * their channels.
 */
public final class FilterImage {
    /** The largest number of filters in one image; of more, the first ones are shown. */
    public static final int MOST = 256;

    private static final int GAP = 1; // pixels between filters
    private static final int SMALLEST = 8; // filters are enlarged to at least so many pixels
    private static final int WHITE = 255;
    private static final int COLORS = 3;

    private final BufferedImage image;

    private FilterImage(BufferedImage image) {
        this.image = image;
    }

    /**
     * Draws the filters of a layer.
     *
     * @param weights (height, width, channels, filters), row-major
     * @param height of a filter
     * @param width of a filter
     * @param channels the number of input channels
     * @param filters the number of filters, of which the first 256 are shown
     * @return the image
     */
    public static FilterImage of(float[] weights, int height, int width, int channels, int filters) {
        int shown = Math.min(filters, MOST);
        int columns = (int) Math.ceil(Math.sqrt(shown));
        int rows = (shown + columns - 1) / columns;
        int scale = Math.max(1, SMALLEST / Math.min(height, width));
        int cellHeight = height * scale + GAP;
        int cellWidth = width * scale + GAP;
        BufferedImage image =
                new BufferedImage(columns * cellWidth - GAP, rows * cellHeight - GAP, BufferedImage.TYPE_INT_RGB);
        for (int filter = 0; filter < shown; filter++) {
            float[] pixels = pixels(weights, height * width, channels, filters, filter);
            for (int y = 0; y < height * scale; y++) {
                for (int x = 0; x < width * scale; x++) {
                    int at = (y / scale * width + x / scale) * COLORS;
                    image.setRGB(
                            filter % columns * cellWidth + x, filter / columns * cellHeight + y, color(pixels, at));
                }
            }
        }
        return new FilterImage(image);
    }

    /** One filter in three colours, from 0 to 1. */
    private static float[] pixels(float[] weights, int places, int channels, int filters, int filter) {
        float[] pixels = new float[places * COLORS];
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int place = 0; place < places; place++) {
            for (int color = 0; color < COLORS; color++) {
                float value = 0;
                for (int c = 0; c < channels; c++) {
                    if (channels != COLORS || c == color) {
                        value += weights[(place * channels + c) * filters + filter];
                    }
                }
                pixels[place * COLORS + color] = value;
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = max > min ? (pixels[i] - min) / (max - min) : 0;
        }
        return pixels;
    }

    private static int color(float[] pixels, int at) {
        int rgb = 0;
        for (int color = 0; color < COLORS; color++) {
            rgb = rgb << Byte.SIZE | Math.round(WHITE * pixels[at + color]);
        }
        return rgb;
    }

    /** {@return the height of the image in pixels} */
    public int height() {
        return image.getHeight();
    }

    /** {@return the width of the image in pixels} */
    public int width() {
        return image.getWidth();
    }

    /** {@return the bytes of a PNG file} */
    public byte[] png() {
        return Pixels.png(image);
    }
}
