package schuss.data.image;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;

/** Files of images made byte by byte, for tests: what Java's own writers do not write. */
public final class EncodedImages {
    /** Kinds of PNG samples. */
    public static final int GREY = 0;

    public static final int COLOUR = 2;
    public static final int PALETTE = 3;
    public static final int GREY_ALPHA = 4;
    public static final int COLOUR_ALPHA = 6;

    private EncodedImages() {}

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] deflated(byte... plain) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(result)) {
            out.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return result.toByteArray();
    }

    public static byte[] chunk(String type, byte... content) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + content.length);
        chunk.putInt(content.length).put(text(type)).put(content);
        CRC32 sum = new CRC32();
        sum.update(chunk.array(), 4, 4 + content.length);
        return chunk.putInt((int) sum.getValue()).array();
    }

    static byte[] header(int width, int height, int bits, int kind) {
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bits)
                        .put((byte) kind)
                        .array());
    }

    /** A PNG file. Rows of samples are given without the byte in front of each; chunks go before the pixels. */
    public static byte[] png(int width, int height, int bits, int kind, byte[] samples, byte[]... chunks) {
        int row = samples.length / height;
        ByteBuffer raw = ByteBuffer.allocate(samples.length + height);
        for (int y = 0; y < height; y++) {
            raw.put((byte) 0).put(samples, y * row, row);
        }
        return join(
                bytes(0x89, 'P', 'N', 'G', 13, 10, 26, 10),
                header(width, height, bits, kind),
                join(chunks),
                chunk("IDAT", deflated(raw.array())),
                chunk("IEND"));
    }

    /** Puts a chunk right before the end, behind the pixels. */
    static byte[] appended(byte[] png, byte... chunk) {
        ByteBuffer all = ByteBuffer.allocate(png.length + chunk.length);
        return all.put(png, 0, png.length - 12)
                .put(chunk)
                .put(png, png.length - 12, 12)
                .array();
    }

    /** What Exif says of an orientation, with another entry in front. */
    public static byte[] exif(int orientation, ByteOrder order) {
        ByteBuffer exif = ByteBuffer.allocate(38).order(order);
        exif.put(text(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM"));
        exif.putShort((short) 42).putInt(8).putShort((short) 2);
        exif.putShort((short) 0x100).putShort((short) 4).putInt(1).putInt(7); // a width
        exif.putShort((short) 0x112).putShort((short) 3).putInt(1);
        exif.putShort((short) orientation).putShort((short) 0).putInt(0);
        return exif.array();
    }

    private static byte[] segment(int marker, byte... content) {
        return join(bytes(0xFF, marker, content.length + 2 >> 8, content.length + 2 & 0xFF), content);
    }

    /** Puts segments of a JPEG file behind its beginning. */
    private static byte[] begun(byte[] jpeg, byte[]... segments) {
        return join(bytes(0xFF, 0xD8), join(segments), java.util.Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    public static byte[] withExif(byte[] jpeg, byte... exif) {
        return begun(jpeg, segment(0xE1, join(text("Exif\0\0"), exif)));
    }

    /** In so many segments. */
    static byte[] withProfile(byte[] jpeg, int parts, byte... profile) {
        byte[][] segments = new byte[parts][];
        for (int i = 0; i < parts; i++) {
            byte[] part =
                    java.util.Arrays.copyOfRange(profile, profile.length * i / parts, profile.length * (i + 1) / parts);
            segments[i] = segment(0xE2, join(text("ICC_PROFILE\0"), bytes(i + 1, parts), part));
        }
        return begun(jpeg, segments);
    }

    public static byte[] profileChunk(byte... profile) {
        return chunk("iCCP", join(text("some profile\0\0"), deflated(profile)));
    }

    public static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, format, out)) {
            throw new IOException(format + ": expected a format that can be written");
        }
        return out.toByteArray();
    }

    /** Greys of which each is light to this power. */
    static byte[] greyProfile(double gamma) {
        ICC_Profile profile = copy(ColorSpace.CS_GRAY);
        profile.setData(
                ICC_Profile.icSigGrayTRCTag,
                ByteBuffer.allocate(14)
                        .put(text("curv"))
                        .putInt(0)
                        .putInt(1)
                        .putShort((short) Math.round(gamma * 256))
                        .array());
        return profile.getData();
    }

    /** The primaries of Display P3, adapted to the light of ICC profiles, with the curve of sRGB. */
    public static byte[] displayP3() {
        ICC_Profile profile = copy(ColorSpace.CS_sRGB);
        double[][] primaries = {{0.51512, 0.24120, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.15710, 0.06657, 0.78407}};
        int[] tags = {
            ICC_Profile.icSigRedColorantTag, ICC_Profile.icSigGreenColorantTag, ICC_Profile.icSigBlueColorantTag
        };
        for (int i = 0; i < tags.length; i++) {
            ByteBuffer tag = ByteBuffer.allocate(20).put(text("XYZ ")).putInt(0);
            for (double value : primaries[i]) {
                tag.putInt((int) Math.round(value * 65536));
            }
            profile.setData(tags[i], tag.array());
        }
        return profile.getData();
    }

    static byte[] srgb() {
        return copy(ColorSpace.CS_sRGB).getData();
    }

    private static ICC_Profile copy(int space) {
        return ICC_Profile.getInstance(ICC_Profile.getInstance(space).getData());
    }
}
