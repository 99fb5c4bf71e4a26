package schuss.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import schuss.Shape;

/** Reads one picture file as the input of a network. */
public final class ImageFile {
    private static final long MAX_PIXELS = 100_000_000;

    private ImageFile() {}

    /**
     * The pixels of a PNG, JPEG, GIF or BMP file, 0 to 1, row-major and channels last. Transparent parts count as
     * black. One channel means luminance, 0.299 R + 0.587 G + 0.114 B. A picture of another size is resized by linear
     * interpolation, over correspondingly more pixels where it shrinks.
     *
     * <pre>{@code
     * float[] pixels = ImageFile.read(Path.of("boot.png"), Shape.of(28, 28, 1));
     * }</pre>
     *
     * @param shape (height, width, channels) with 1 or 3 channels
     * @throws DataException if the file is missing, is no picture, is damaged or has above 100 million pixels
     * @throws IllegalArgumentException if the shape is not one of a picture
     */
    public static float[] read(Path file, Shape shape) {
        if (shape.rank() != 3 || (shape.dim(2) != 1 && shape.dim(2) != 3)) {
            throw new IllegalArgumentException(
                    "shape of a picture: expected (height, width, 1) or (height, width, 3), got " + shape);
        }
        BufferedImage image = decode(file);
        int channels = shape.dim(2);
        float[] pixels = isGrey(image) ? grey(image, channels) : colour(image, channels);
        int height = image.getHeight();
        int width = image.getWidth();
        float[] narrow = resize(pixels, height, width, channels, shape.dim(1));
        return resize(narrow, 1, height, shape.dim(1) * channels, shape.dim(0));
    }

    private static BufferedImage decode(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + ": expected a picture file, got "
                    + (Files.exists(file) ? "something else" : "no such file"));
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            if (in == null) {
                throw new DataException(file + ": expected a readable file, got one that cannot be opened");
            }
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataException(file + ": expected a PNG, JPEG, GIF or BMP picture, got another format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new DataException(file + ": expected at most " + MAX_PIXELS + " pixels, got " + pixels);
                }
                List<String> warnings = new ArrayList<>();
                reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
                BufferedImage image = reader.read(0);
                for (String warning : warnings) {
                    // the JPEG decoder fills what is missing with grey and only warns
                    if (warning.startsWith("Truncated") || warning.contains("premature end")) {
                        throw new IOException(warning);
                    }
                }
                return image;
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) { // the decoders throw both on damaged files
            if (e instanceof DataException ours) {
                throw ours;
            }
            throw new DataException(file + ": expected a readable picture, got a damaged one: " + e.getMessage(), e);
        }
    }

    private static boolean isGrey(BufferedImage image) {
        return image.getRaster().getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
    }

    /** Grey samples as they are stored: {@code getRGB} would take them for linear light and brighten them. */
    private static float[] grey(BufferedImage image, int channels) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        float[] pixels = new float[image.getHeight() * width * channels];
        float scale = 1f / ((1 << raster.getSampleModel().getSampleSize(0)) - 1);
        int[] samples = null;
        int[] alphas = null;
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            samples = raster.getSamples(0, y, width, 1, 0, samples);
            alphas = raster.getNumBands() == 2 ? raster.getSamples(0, y, width, 1, 1, alphas) : null;
            for (int x = 0; x < width; x++) {
                float value = samples[x] * scale * (alphas == null ? 1 : alphas[x] * scale);
                for (int c = 0; c < channels; c++) {
                    pixels[at++] = value;
                }
            }
        }
        return pixels;
    }

    private static float[] colour(BufferedImage image, int channels) {
        int width = image.getWidth();
        float[] pixels = new float[image.getHeight() * width * channels];
        int[] line = new int[width];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, line, 0, width);
            for (int argb : line) {
                float scale = (argb >>> 24) / (255f * 255f);
                float red = (argb >> 16 & 0xFF) * scale;
                float green = (argb >> 8 & 0xFF) * scale;
                float blue = (argb & 0xFF) * scale;
                if (channels == 1) {
                    pixels[at++] = 0.299f * red + 0.587f * green + 0.114f * blue;
                } else {
                    pixels[at++] = red;
                    pixels[at++] = green;
                    pixels[at++] = blue;
                }
            }
        }
        return pixels;
    }

    /** Resizes the middle axis of (outer, length, inner): each result is a mean with weights of a triangle. */
    private static float[] resize(float[] values, int outer, int length, int inner, int newLength) {
        if (newLength == length) {
            return values;
        }
        float[] result = new float[Math.multiplyExact(Math.multiplyExact(outer, newLength), inner)];
        double step = (double) length / newLength;
        double reach = Math.max(1, step);
        for (int i = 0; i < newLength; i++) {
            double centre = (i + 0.5) * step - 0.5;
            int first = Math.max(0, (int) Math.ceil(centre - reach));
            int last = Math.min(length - 1, (int) Math.floor(centre + reach));
            double sum = 0;
            for (int j = first; j <= last; j++) {
                sum += 1 - Math.abs(j - centre) / reach;
            }
            for (int j = first; j <= last; j++) {
                float weight = (float) ((1 - Math.abs(j - centre) / reach) / sum);
                for (int o = 0; o < outer; o++) {
                    int from = (o * length + j) * inner;
                    int to = (o * newLength + i) * inner;
                    for (int k = 0; k < inner; k++) {
                        result[to + k] += weight * values[from + k];
                    }
                }
            }
        }
        return result;
    }
}
