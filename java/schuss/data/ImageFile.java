package schuss.data;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import schuss.Shape;

/** Reads one picture file as the input of a network. */
public final class ImageFile {
    private static final int MAX_SIDE = (1 << 16) - 1; // as JPEG has it
    private static final long MAX_PIXELS = 100_000_000;
    private static final String UNSUPPORTED = "Unsupported Image Type"; // what older Java says of CMYK

    private ImageFile() {}

    /**
     * The pixels of a PNG, JPEG, GIF or BMP file, 0 to 1, row-major and channels last. Transparent parts count as
     * black. One channel means luminance, 0.299 R + 0.587 G + 0.114 B. A picture of another size is resized by linear
     * interpolation, over correspondingly more pixels where it shrinks. Which odd JPEG files can be read, in CMYK for
     * example, is up to Java; TwelveMonkeys' imageio-jpeg on the class path reads more.
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
        BufferedImage image = open(file, ImageFile::decode);
        return isGrey(image.getRaster().getNumBands(), image.getColorModel())
                ? resize(new Grey(image), shape)
                : resize(new Colour(image), shape);
    }

    /**
     * What the beginning of a file says, its pixels unread.
     *
     * @throws DataException as {@link #read}, as far as that shows
     */
    static Header header(Path file) {
        return open(file, reader -> {
            ImageTypeSpecifier type = reader.getRawImageType(0); // null for what is no RGB yet
            boolean grey = type != null && isGrey(type.getNumBands(), type.getColorModel());
            return new Header(reader.getHeight(0), reader.getWidth(0), grey);
        });
    }

    /** The size of a picture, and whether it is stored in shades of grey. */
    record Header(int height, int width, boolean grey) {}

    private interface Use<T> {
        T of(ImageReader reader) throws IOException;
    }

    private static <T> T open(Path file, Use<T> use) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + ": expected a picture file, got "
                    + (Files.exists(file) ? "something else" : "no such file"));
        }
        // not by a File, which only has a name in the characters of the locale
        try (InputStream bytes = Files.newInputStream(file);
                ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataException(file + ": expected a PNG, JPEG, GIF or BMP picture, got another format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int side = Math.max(reader.getWidth(0), reader.getHeight(0));
                if (side > MAX_SIDE) {
                    throw new DataException(file + ": expected sides of at most " + MAX_SIDE + " pixels, got " + side);
                }
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new DataException(file + ": expected at most " + MAX_PIXELS + " pixels, got " + pixels);
                }
                return use.of(reader);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) { // the decoders throw both on damaged files
            if (e instanceof DataException ours) {
                throw ours;
            }
            throw new DataException(file + ": expected a readable picture, got " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        return UNSUPPORTED.equals(e.getMessage())
                ? "one that Java reads only with com.twelvemonkeys.imageio:imageio-jpeg on the class path"
                : "a damaged one: " + e.getMessage();
    }

    private static BufferedImage decode(ImageReader reader) throws IOException {
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
    }

    private static boolean isGrey(int bands, ColorModel colours) {
        return bands <= 2 && !(colours instanceof IndexColorModel);
    }

    /** One row after the other, so that a large picture is never held as floats. */
    private static float[] resize(Lines lines, Shape shape) {
        int channels = shape.dim(2);
        int height = lines.image().getHeight();
        int width = lines.image().getWidth();
        int narrow = shape.dim(1) * channels;
        Resampling columns = new Resampling(width, shape.dim(1));
        float[] line = new float[width * channels];
        float[] rows = new float[Math.multiplyExact(height, narrow)];
        for (int y = 0; y < height; y++) {
            lines.read(y, channels, line);
            columns.apply(line, rows, y * narrow, channels);
        }
        float[] result = new float[Math.toIntExact(shape.size())];
        new Resampling(height, shape.dim(0)).apply(rows, result, 0, narrow);
        return result;
    }

    /** A picture as lines of numbers from 0 to 1. */
    private interface Lines {
        BufferedImage image();

        void read(int y, int channels, float... line);
    }

    /** Grey samples as they are stored: {@code getRGB} would take them for linear light and brighten them. */
    private record Grey(BufferedImage image) implements Lines {
        @Override
        public void read(int y, int channels, float... line) {
            Raster raster = image.getRaster();
            int width = image.getWidth();
            float scale = 1f / ((1 << raster.getSampleModel().getSampleSize(0)) - 1);
            int[] samples = raster.getSamples(0, y, width, 1, 0, (int[]) null);
            int[] alphas = raster.getNumBands() == 2 ? raster.getSamples(0, y, width, 1, 1, (int[]) null) : null;
            for (int x = 0, at = 0; x < width; x++) {
                float value = samples[x] * scale * (alphas == null ? 1 : alphas[x] * scale);
                for (int c = 0; c < channels; c++) {
                    line[at++] = value;
                }
            }
        }
    }

    private record Colour(BufferedImage image) implements Lines {
        @Override
        public void read(int y, int channels, float... line) {
            int at = 0;
            for (int argb : image.getRGB(0, y, image.getWidth(), 1, null, 0, image.getWidth())) {
                float scale = (argb >>> 24) / (255f * 255f);
                float red = (argb >> 16 & 0xFF) * scale;
                float green = (argb >> 8 & 0xFF) * scale;
                float blue = (argb & 0xFF) * scale;
                if (channels == 1) {
                    line[at++] = 0.299f * red + 0.587f * green + 0.114f * blue;
                } else {
                    line[at++] = red;
                    line[at++] = green;
                    line[at++] = blue;
                }
            }
        }
    }
}
