package schuss.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import schuss.Shape;
import schuss.data.DataException;
import schuss.data.image.ImageNotes.Treatment;
import schuss.data.image.ImageOptions.Background;

/**
 * Reads one image, a file or what is in memory, as the input of a network: the pixels of a PNG, JPEG, GIF or BMP file, 0
 * to 1, row-major and channels last. Other formats are read where Java does, TIFF for example.
 *
 * <ul>
 *   <li>An image is turned upright as its Exif orientation says.
 *   <li>Samples keep their bits: one of 8 is divided by 255, one of 16 by 65535.
 *   <li>Transparent parts let the background through, {@code alpha * colour + (1 - alpha) * level}, which is white, level
 *       1, unless options say otherwise.
 *   <li>Colours and greys of a profile, and CMYK, become sRGB; greys without a profile stay as they are stored.
 *   <li>One channel means luminance, 0.299 R + 0.587 G + 0.114 B.
 *   <li>An image of another size is resized by linear interpolation, over correspondingly more pixels where it shrinks.
 * </ul>
 *
 * <p>Which odd JPEG files can be read, in CMYK for example, is up to Java; TwelveMonkeys' imageio-jpeg on the class path
 * reads more.
 *
 * <pre>{@code
 * float[] pixels = ImageFile.read(Path.of("boot.png"), Shape.of(28, 28, 1));
 * float[] like = ImageFile.read(upload, train.options());   // an InputStream, as an ImageFolder reads its files
 * }</pre>
 *
 * <p>All throw a {@link DataException} if there is no image, or one that is damaged, has sides above 65,535 or more than
 * 100 million pixels, takes more than half of Java's memory, or, from a stream, more than 256 MiB as a file; and an {@link IllegalArgumentException} if the shape is not
 * one of an image.
 */
public final class ImageFile {
    private static final int BYTE = 8; // bits

    private ImageFile() {}

    /** The pixels of a file, over white. */
    public static float[] read(Path file, Shape shape) {
        return read(ImageSource.of(file), options(shape), null);
    }

    /** The pixels of a file that a stream has, which is read to its end and stays open; over white. */
    public static float[] read(InputStream in, Shape shape) {
        return read(ImageSource.of(in), options(shape), null);
    }

    /** The pixels of a file that lies in memory, over white. */
    public static float[] read(byte[] bytes, Shape shape) {
        return read(ImageSource.of(bytes), options(shape), null);
    }

    /** The pixels of an image that is decoded already, over white; as {@link #read(BufferedImage, ImageOptions)}. */
    public static float[] read(BufferedImage image, Shape shape) {
        return read(image, options(shape));
    }

    /** The pixels of a file, with the size, channels and background of these options. */
    public static float[] read(Path file, ImageOptions options) {
        return read(ImageSource.of(file), options, null);
    }

    /** The pixels of a file that a stream has, which is read to its end and stays open; as {@link #read(Path, ImageOptions)}. */
    public static float[] read(InputStream in, ImageOptions options) {
        return read(ImageSource.of(in), options, null);
    }

    /** The pixels of a file that lies in memory; as {@link #read(Path, ImageOptions)}. */
    public static float[] read(byte[] bytes, ImageOptions options) {
        return read(ImageSource.of(bytes), options, null);
    }

    /**
     * The pixels of an image that is decoded already, with the size, channels and background of these options: its colours are
     * those of its colour model, and nothing is known of Exif.
     */
    public static float[] read(BufferedImage image, ImageOptions options) {
        options.shape(); // refuses those without one
        try {
            return resize(new PixelRows(image, Optional.empty()), false, options);
        } catch (IOException | RuntimeException e) { // of colour models and rasters of one's own
            throw new DataException(
                    "image: expected samples and colours that can be read, got others: " + e.getMessage(), e);
        }
    }

    /** As {@link #read(Path, ImageOptions)}, noting what was done to the image. */
    public static float[] read(Path file, ImageOptions options, ImageNotes notes) {
        return read(ImageSource.of(file), options, notes);
    }

    private static ImageOptions options(Shape shape) {
        if (shape.rank() != 3 || (shape.dim(2) != 1 && shape.dim(2) != 3)) {
            throw new IllegalArgumentException(
                    "shape of an image: expected (height, width, 1) or (height, width, 3), got " + shape);
        }
        return ImageOptions.DEFAULT.withShape(shape);
    }

    /** @param notes null where nobody asks */
    private static float[] read(ImageSource source, ImageOptions options, ImageNotes notes) {
        options.shape(); // refuses those without one
        return source.read((reader, embedded) -> {
            PixelRows rows = rows(reader, embedded);
            float[] pixels = resize(rows, embedded.isTransposed(), options);
            if (notes != null) {
                boolean seen = !rows.isTransparent() || rows.seenOver().contains(options.background());
                notes.add(header(reader, embedded).treatment(rows.isTransparent(), seen), options.background());
            }
            return embedded.upright(pixels, options.height(), options.width(), options.channels());
        });
    }

    /**
     * What the beginning of a file says, its pixels unread.
     *
     * @throws DataException as {@link #read}, as far as that shows
     */
    static Header header(Path file) {
        return ImageSource.of(file).read(ImageFile::header);
    }

    private static Header header(ImageReader reader, Embedded embedded) throws IOException {
        ImageTypeSpecifier type = reader.getRawImageType(0); // null for what is no RGB yet
        ColorModel model = type == null ? null : type.getColorModel();
        boolean grey = type != null && isGrey(type.getNumBands(), model);
        boolean alpha = embedded.transparentColour() || (model != null && model.hasAlpha());
        boolean deep = model instanceof ComponentColorModel
                && Arrays.stream(model.getComponentSize()).max().orElse(0) > BYTE;
        boolean inks =
                embedded.inks() || (model != null && model.getColorSpace().getType() == ColorSpace.TYPE_CMYK);
        boolean profile = !inks
                && model != null
                && (embedded.profile()
                                .flatMap(ColourProfile::of)
                                .filter(own -> own.colours() == (grey ? 1 : 3) || model instanceof IndexColorModel)
                                .isPresent()
                        || ColourProfile.of(model.getColorSpace()).isPresent());
        int height = reader.getHeight(0);
        int width = reader.getWidth(0);
        return embedded.isTransposed()
                ? new Header(width, height, grey, deep, alpha, embedded.isTurned(), profile, inks)
                : new Header(height, width, grey, deep, alpha, embedded.isTurned(), profile, inks);
    }

    /**
     * What is known of an image before it is decoded.
     *
     * @param height upright
     * @param width upright
     * @param grey whether it is stored in shades of grey
     * @param deep whether its samples have more than 8 bits
     * @param alpha whether parts may be transparent
     * @param turned whether it is not stored upright
     * @param profile whether its colours are not those of sRGB
     * @param inks whether they are four
     */
    record Header(
            int height,
            int width,
            boolean grey,
            boolean deep,
            boolean alpha,
            boolean turned,
            boolean profile,
            boolean inks) {
        Treatment treatment(boolean transparent, boolean seen) {
            return new Treatment(turned, transparent, seen, profile, inks);
        }
    }

    /** What an image shows, found by decoding it. */
    record Look(boolean transparent, Set<Background> seenOver) {}

    /** Decodes a file for nothing else. */
    static Look look(Path file) {
        return ImageSource.of(file).read((reader, embedded) -> {
            PixelRows rows = rows(reader, embedded);
            float[] line = new float[rows.width()];
            for (int y = 0; y < rows.height(); y++) {
                rows.read(y, 1, Background.WHITE, line);
            }
            return new Look(rows.isTransparent(), rows.seenOver());
        });
    }

    private static PixelRows rows(ImageReader reader, Embedded embedded) throws IOException {
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((from, warning) -> warnings.add(warning));
        BufferedImage image = reader.read(0);
        for (String warning : warnings) {
            // the JPEG decoder fills what is missing with grey and only warns
            if (warning.startsWith("Truncated") || warning.contains("premature end")) {
                throw new IOException(warning);
            }
        }
        // readers of JPEG convert colours, and leave greys to us
        boolean converted = embedded.jpeg() && image.getRaster().getNumBands() > 1;
        return new PixelRows(image, converted ? Optional.empty() : embedded.profile());
    }

    private static boolean isGrey(int bands, ColorModel colours) {
        return bands <= 2 && !(colours instanceof IndexColorModel);
    }

    /** One row after the other, so that a large image is never held as floats; not turned yet. */
    private static float[] resize(PixelRows rows, boolean transposed, ImageOptions options) {
        int channels = options.channels();
        int height = transposed ? options.width() : options.height();
        int width = transposed ? options.height() : options.width();
        Resampling columns = new Resampling(rows.width(), width);
        Resampling.Rows down = new Resampling(rows.height(), height).rows(width * channels);
        float[] line = new float[rows.width() * channels];
        float[] narrow = new float[width * channels];
        for (int y = 0; y < rows.height(); y++) {
            rows.read(y, channels, options.background(), line);
            Arrays.fill(narrow, 0);
            columns.apply(line, narrow, channels);
            down.add(narrow);
        }
        return down.result();
    }
}
