package schuss.data.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import schuss.data.image.ImageOptions.Background;

/** The rows of a decoded image as numbers from 0 to 1 with its full precision, in sRGB and laid over a background. */
final class PixelRows {
    private static final float[] LUMA = {0.299f, 0.587f, 0.114f}; // ITU-R BT.601
    private static final float LEAST_CONTRAST = 0.03f; // that counts as seen
    private static final int BYTE = 0xFF;
    private static final int OPAQUE = 24; // where its bits begin in a packed pixel

    private final BufferedImage image;
    private final Raster raster; // null where pixels are packed, indexed, or in colours that their model converts
    private final Optional<ColourProfile> profile;
    private final boolean alpha;
    private final int colours; // 1 or 3 of each pixel
    private final float[]
            pixels; // of a row, colours and alpha of each pixel; colours are as much as alpha lets through
    private final Set<Background> seenOver = EnumSet.noneOf(Background.class);
    private boolean transparent;

    /**
     * Creates them.
     *
     * @param embedded a profile that the reader does not know of
     */
    PixelRows(BufferedImage image, Optional<byte[]> embedded) throws IOException {
        this.image = image;
        ColorModel model = image.getColorModel();
        alpha = model.hasAlpha();
        int bands = image.getRaster().getNumBands() - (alpha ? 1 : 0);
        ColorSpace space = model.getColorSpace();
        boolean samples = model instanceof ComponentColorModel && (bands == 1 || bands == LUMA.length);
        profile = embedded.flatMap(ColourProfile::of)
                .filter(own -> model instanceof IndexColorModel || (samples && own.colours() == bands))
                .or(() -> samples ? ColourProfile.of(space) : Optional.empty());
        boolean plain = space.isCS_sRGB() || space == ColorSpace.getInstance(ColorSpace.CS_GRAY);
        raster = samples && (plain || profile.isPresent()) ? image.getRaster() : null;
        colours = raster != null && bands == 1 && profile.isEmpty() ? 1 : LUMA.length;
        pixels = new float[image.getWidth() * (colours + 1)];
        int type = image.getRaster().getTransferType();
        if (raster != null && type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT) {
            throw new IOException("its samples are neither of 8 nor of 16 bits");
        }
    }

    int height() {
        return image.getHeight();
    }

    int width() {
        return image.getWidth();
    }

    /** Whether a pixel read so far is transparent. */
    boolean isTransparent() {
        return transparent;
    }

    /** The backgrounds on which a pixel read so far is visible. */
    Set<Background> seenOver() {
        return seenOver;
    }

    /** Reads one row; rows are read from top to bottom. */
    void read(int y, int channels, Background background, float... line) {
        if (raster == null) {
            packed(y);
        } else {
            samples(y);
        }
        if (alpha) {
            look();
        }
        float level = background.level();
        for (int x = 0, at = 0; x < image.getWidth(); x++) {
            int from = x * (colours + 1);
            float below = alpha ? level * (1 - pixels[from + colours]) : 0;
            if (channels == 1 && colours > 1) {
                line[at++] = below + LUMA[0] * pixels[from] + LUMA[1] * pixels[from + 1] + LUMA[2] * pixels[from + 2];
                continue;
            }
            for (int c = 0; c < channels; c++) {
                line[at++] = below + pixels[from + (colours > 1 ? c : 0)];
            }
        }
    }

    /**
     * Reads stored samples. Grey ones stay as stored: {@code getRGB} would treat them as linear light and brighten them.
     */
    private void samples(int y) {
        int width = image.getWidth();
        int bands = raster.getNumBands() - (alpha ? 1 : 0);
        Raster row = raster.createChild(0, raster.getMinY() + y, width, 1, 0, 0, null);
        int[] stored = row.getPixels(0, 0, width, 1, (int[]) null);
        Raster converted = row;
        if (profile.isPresent()) {
            int[] first = bands == 1 ? new int[] {0} : new int[] {0, 1, 2};
            converted = profile.get().convert(row.createChild(0, 0, width, 1, 0, 0, first));
        }
        int[] values = profile.isPresent() ? converted.getPixels(0, 0, width, 1, (int[]) null) : stored;
        int step = values.length / width;
        float most = (1 << converted.getSampleModel().getSampleSize(0)) - 1;
        float opaque = (1 << raster.getSampleModel().getSampleSize(alpha ? bands : 0)) - 1;
        boolean multiplied = image.isAlphaPremultiplied();
        for (int x = 0; x < width; x++) {
            float opacity = alpha ? stored[x * (bands + 1) + bands] / opaque : 1;
            for (int c = 0; c < colours; c++) {
                pixels[x * (colours + 1) + c] = values[x * step + c] / most * (multiplied ? 1 : opacity);
            }
            pixels[x * (colours + 1) + colours] = opacity;
        }
    }

    private void packed(int y) {
        int width = image.getWidth();
        int[] row = image.getRGB(0, y, width, 1, null, 0, width);
        if (profile.isPresent()) {
            convert(profile.get(), row);
        }
        int at = 0;
        for (int argb : row) {
            float opacity = (argb >>> OPAQUE) / (float) BYTE;
            pixels[at++] = (argb >> 16 & BYTE) / (float) BYTE * opacity;
            pixels[at++] = (argb >> 8 & BYTE) / (float) BYTE * opacity;
            pixels[at++] = (argb & BYTE) / (float) BYTE * opacity;
            pixels[at++] = opacity;
        }
    }

    /** Converts the colours of a palette, which readers take for sRGB. */
    private static void convert(ColourProfile profile, int... row) {
        WritableRaster samples =
                Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, row.length, 1, profile.colours(), null);
        for (int x = 0; x < row.length; x++) {
            for (int c = 0; c < profile.colours(); c++) {
                samples.setSample(x, 0, c, row[x] >> 16 - 8 * c & BYTE);
            }
        }
        int[] made = profile.convert(samples).getPixels(0, 0, row.length, 1, (int[]) null);
        for (int x = 0; x < row.length; x++) {
            row[x] = row[x] & BYTE << OPAQUE | made[3 * x] << 16 | made[3 * x + 1] << 8 | made[3 * x + 2];
        }
    }

    private void look() {
        for (int at = 0; at < pixels.length; at += colours + 1) {
            float opacity = pixels[at + colours];
            transparent |= opacity < 1;
            if (opacity > 0 && seenOver.size() < Background.values().length) {
                for (Background each : Background.values()) {
                    for (int c = 0; c < colours; c++) {
                        if (Math.abs(pixels[at + c] - opacity * each.level()) > LEAST_CONTRAST) {
                            seenOver.add(each);
                        }
                    }
                }
            }
        }
    }
}
