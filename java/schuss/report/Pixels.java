package schuss.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import schuss.Shape;

/** Makes PNG images from numbers. */
public final class Pixels {
    private static final int WHITE = 255;
    private static final int GRAY = 1;
    private static final int COLORS = 3;

    private Pixels() {}

    /**
     * {@return whether examples of this shape can be shown as images: (height, width, channels) with one or three
     * channels}
     *
     * @param example the shape of one example
     */
    public static boolean canShow(Shape example) {
        return example.rank() == 3 && (example.dim(2) == GRAY || example.dim(2) == COLORS);
    }

    /**
     * Draws one example.
     *
     * @param pixels from 0 for black to 1 for white, row-major; values outside are clipped
     * @param shape one that {@link #canShow} accepts
     * @return the bytes of a PNG file
     */
    public static byte[] png(float[] pixels, Shape shape) {
        int width = shape.dim(1);
        int channels = shape.dim(2);
        BufferedImage image = new BufferedImage(width, shape.dim(0), BufferedImage.TYPE_INT_RGB);
        for (int place = 0; place < width * shape.dim(0); place++) {
            int rgb = 0;
            for (int color = 0; color < COLORS; color++) {
                float value = pixels[place * channels + color % channels];
                rgb = rgb << Byte.SIZE | Math.round(WHITE * Math.max(0, Math.min(1, value)));
            }
            image.setRGB(place % width, place / width, rgb);
        }
        return png(image);
    }

    static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // in memory: a cache file would ask for a shutdown hook, too late when Ctrl-C ends training
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory throws none
        }
        return bytes.toByteArray();
    }
}
