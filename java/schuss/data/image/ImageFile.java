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
 * Reads one image, from a file or from memory, as the input of a network: numbers from 0 to 1, row-major, (height, width,
 * channels). PNG, JPEG, GIF and BMP files can be read, and other formats that Java's ImageIO reads, such as TIFF.
 *
 * <pre>{@code
 * float[] pixels = ImageFile.read(Path.of("boot.png"), Shape.of(28, 28, 1));
 * float[] same = ImageFile.read(upload, train.options());   // an InputStream, read like the files of an ImageFolder
 * }</pre>
 *
 * <ul>
 * <li>Images are turned upright by their Exif orientation.
 * <li>Samples keep their precision: 8-bit ones are divided by 255, 16-bit ones by 65535.
 * <li>Transparent parts show a background, {@code alpha * colour + (1 - alpha) * level}: white (level 1) unless the
 *     options say otherwise.
 * <li>Images with a colour profile and CMYK images are converted to sRGB. Grey values without a profile stay as stored.
 * <li>With one channel, colours become luminance: {@code 0.299 R + 0.587 G + 0.114 B}.
 * <li>Images of another size are resized by linear interpolation, with averaging over more pixels when shrinking.
 * </ul>
 *
 * <p>Java cannot read all JPEG files, for example some in CMYK; with the library imageio-jpeg of TwelveMonkeys on the
 * class path it reads more.
 *
 * <p>All {@code read} methods throw a {@link DataException} if there is no image, if it is damaged, has a side of more
 * than 65,535 pixels or more than 100 million pixels, needs more than half of Java's memory, or comes from a stream of
 * more than 256 MiB. They throw an {@link IllegalArgumentException} if the shape is not that of an image, or the options
 * have no size or channels.
 */
public final class ImageFile {
    private static final int BYTE = 8; // bits

    private ImageFile() {}

    /**
     * Reads a file over a white background.
     *
     * @param file the image file
     * @param shape (height, width, 1) or (height, width, 3)
     * @return the pixels from 0 to 1, (height, width, channels)
     */
    public static float[] read(Path file, Shape shape) {
        return read(ImageSource.of(file), options(shape), null);
    }

    /**
     * Reads an image from a stream over a white background. The stream is read to its end and not closed.
     *
     * @param in the content of an image file
     * @param shape (height, width, 1) or (height, width, 3)
     * @return the pixels from 0 to 1, (height, width, channels)
     */
    public static float[] read(InputStream in, Shape shape) {
        return read(ImageSource.of(in), options(shape), null);
    }

    /**
     * Reads an image from memory over a white background.
     *
     * @param bytes the content of an image file
     * @param shape (height, width, 1) or (height, width, 3)
     * @return the pixels from 0 to 1, (height, width, channels)
     */
    public static float[] read(byte[] bytes, Shape shape) {
        return read(ImageSource.of(bytes), options(shape), null);
    }

    /**
     * Reads an image that is decoded already, over a white background.
     *
     * @param image the image
     * @param shape (height, width, channels) of the result
     * @return the pixels from 0 to 1, (height, width, channels)
     */
    public static float[] read(BufferedImage image, Shape shape) {
        return read(image, options(shape));
    }

    /**
     * Reads a file with the size, channels and background of options.
     *
     * @param file the image file
     * @param options with size and channels
     * @return the pixels from 0 to 1, (height, width, channels)
     */
    public static float[] read(Path file, ImageOptions options) {
        return read(ImageSource.of(file), options, null);
    }

    /**
     * Reads an image from a stream with the size, channels and background of options. The stream is read to its end and
     * not closed.
     *
     * @param in the content of an image file
     * @param options with size and channels
     * @return the pixels from 0 to 1, (height, width, channels)
     */
    public static float[] read(InputStream in, ImageOptions options) {
        return read(ImageSource.of(in), options, null);
    }

    /**
     * Reads an image from memory with the size, channels and background of options.
     *
     * @param bytes the content of an image file
     * @param options with size and channels
     * @return the pixels from 0 to 1, (height, width, channels)
     */
    public static float[] read(byte[] bytes, ImageOptions options) {
        return read(ImageSource.of(bytes), options, null);
    }

    /**
     * Reads an image that is already decoded. Its colours are those of its colour model, and it is not turned.
     *
     * @param image the image
     * @param options with size and channels
     * @return the pixels from 0 to 1, (height, width, channels)
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

    /**
     * Reads a file and records how the image was changed.
     *
     * @param file the image file
     * @param options with size and channels
     * @param notes counts the changes
     * @return the pixels from 0 to 1, (height, width, channels)
     */
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

    /**
     * Reads an image.
     *
     * @param notes null if nobody asks for them
     */
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
     * What the beginning of a file says, without reading its pixels.
     *
     * @throws DataException as {@link #read}, as far as the header shows
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
     * What is known about an image before it is decoded.
     *
     * @param height after turning it upright
     * @param width after turning it upright
     * @param grey whether it is stored in shades of grey
     * @param deep whether its samples have more than 8 bits
     * @param alpha whether parts may be transparent
     * @param turned whether it is not stored upright
     * @param profile whether its colours are not sRGB
     * @param inks whether they are CMYK
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

    /** What decoding an image shows. */
    record Look(boolean transparent, Set<Background> seenOver) {}

    /** Decodes a file for this purpose only. */
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

    /** Resizes row by row, so that a large image is never held as floats. The result is not turned yet. */
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
