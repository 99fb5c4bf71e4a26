package schuss.data.image;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.InflaterInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * What the file of an image says about its pixels that Java's readers ignore: the Exif orientation (of JPEG, PNG, TIFF
 * and WebP), the colour profile (of JPEG and PNG), whether one colour is transparent (PNG) and whether colours are CMYK
 * (JPEG).
 *
 * <p>Sources: JEITA CP-3451 (Exif 2.3); Adobe, TIFF 6.0; ICC.1, annex B; W3C, PNG, third edition.
 *
 * @param orientation 1 to 8, where 1 is upright
 * @param profile the bytes of the colour profile
 * @param transparentColour whether one colour is transparent
 * @param inks whether colours are CMYK
 * @param jpeg whether it is a JPEG file
 */
record Embedded(int orientation, Optional<byte[]> profile, boolean transparentColour, boolean inks, boolean jpeg) {
    private static final int UPRIGHT = 1;
    private static final int FIRST_TRANSPOSED = 5;
    private static final int LAST = 8;

    private static final int PNG = 0x89504E47;
    private static final int JPEG = 0xFFD8;
    private static final int TIFF_LITTLE = 0x49492A00;
    private static final int TIFF_BIG = 0x4D4D002A;
    private static final int RIFF = 0x52494646;

    private static final String EXIF = "Exif\0\0";
    private static final String ICC = "ICC_PROFILE\0";
    private static final int MOST_PROFILE_BYTES = 1 << 24;
    private static final int ORIENTATION = 0x112;
    private static final int ENTRY_BYTES = 12;

    /**
     * Reads the file and returns to its beginning. What is cut off or damaged counts as absent; decoding will report it.
     */
    static Embedded of(ImageInputStream in) throws IOException {
        Search search = new Search(in);
        try {
            in.seek(0);
            int magic = in.readInt();
            if (magic == PNG) {
                search.png();
            } else if (magic >>> 16 == JPEG) {
                search.jpeg();
            } else if (magic == TIFF_LITTLE || magic == TIFF_BIG) {
                search.orientation(0, Long.MAX_VALUE);
            } else if (magic == RIFF) {
                search.webp();
            }
        } catch (EOFException | IndexOutOfBoundsException e) { // which streams in memory throw behind their end
            return search.found(); // up to there
        } finally {
            in.setByteOrder(ByteOrder.BIG_ENDIAN);
            in.seek(0);
        }
        return search.found();
    }

    boolean isTurned() {
        return orientation != UPRIGHT;
    }

    /** Whether height and width are exchanged. */
    boolean isTransposed() {
        return orientation >= FIRST_TRANSPOSED;
    }

    /** Turns stored pixels upright, to (height, width, channels). */
    float[] upright(float[] stored, int height, int width, int channels) {
        if (!isTurned()) {
            return stored;
        }
        float[] turned = new float[stored.length];
        boolean mirrored = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean flipped = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        int storedHeight = isTransposed() ? width : height;
        int storedWidth = isTransposed() ? height : width;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = isTransposed() ? x : y;
                int column = isTransposed() ? y : x;
                row = flipped ? storedHeight - 1 - row : row;
                column = mirrored ? storedWidth - 1 - column : column;
                System.arraycopy(
                        stored, (row * storedWidth + column) * channels, turned, (y * width + x) * channels, channels);
            }
        }
        return turned;
    }

    /** One pass through a file. */
    private static final class Search {
        private final ImageInputStream in;
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream(); // of a JPEG file's profile
        private int orientation = UPRIGHT;
        private byte[] profile;
        private boolean transparentColour;
        private int components; // of a JPEG file's pixels

        Search(ImageInputStream in) {
            this.in = in;
        }

        Embedded found() {
            return new Embedded(
                    orientation,
                    Optional.ofNullable(parts.size() > 0 ? parts.toByteArray() : profile),
                    transparentColour,
                    components == 4,
                    components > 0);
        }

        void png() throws IOException {
            for (long at = 8, bytes; ; at += 12 + bytes) {
                in.seek(at);
                bytes = in.readUnsignedInt();
                String type = text(4);
                switch (type) {
                    case "IEND" -> {
                        return;
                    }
                    case "tRNS" -> transparentColour = true;
                    case "eXIf" -> exif(bytes);
                    case "iCCP" -> profile = inflated(bytes);
                    default -> {}
                }
            }
        }

        /** A profile, which follows its name, a zero and the number of the compression method. */
        private byte[] inflated(long bytes) throws IOException {
            byte[] chunk = bytes(bytes);
            int name = 0;
            while (name < chunk.length && chunk[name] != 0) {
                name++;
            }
            if (name + 2 >= chunk.length) {
                return null;
            }
            try (InputStream all =
                    new InflaterInputStream(new ByteArrayInputStream(chunk, name + 2, chunk.length - name - 2))) {
                return all.readNBytes(MOST_PROFILE_BYTES);
            } catch (IOException damaged) {
                return null;
            }
        }

        void jpeg() throws IOException {
            long at = 2;
            while (true) {
                in.seek(at);
                int marker = in.readUnsignedShort();
                if (marker == 0xFFFF) { // filled up
                    at++;
                    continue;
                }
                if (marker < 0xFF01 || marker == 0xFFD9 || marker == 0xFFDA) { // none; the end; pixels
                    return;
                }
                if (marker == 0xFF01 || (marker & 0xFFF8) == 0xFFD0) { // without content
                    at += 2;
                    continue;
                }
                int bytes = in.readUnsignedShort();
                if (marker == 0xFFE1) {
                    segmentOfExif(bytes - 2);
                } else if (marker == 0xFFE2) {
                    partOfProfile(bytes - 2);
                } else if (isFrame(marker)) {
                    in.skipBytes(5); // bits, height and width
                    components = in.readUnsignedByte();
                }
                at += 2 + Math.max(2, bytes);
            }
        }

        /** Of the markers C0 to CF, C4 and CC are tables, and C8 is reserved. */
        private static boolean isFrame(int marker) {
            return (marker & 0xFFF0) == 0xFFC0 && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC;
        }

        private void segmentOfExif(int bytes) throws IOException {
            long begin = in.getStreamPosition();
            if (orientation == UPRIGHT
                    && bytes > EXIF.length()
                    && text(EXIF.length()).equals(EXIF)) {
                in.seek(begin);
                exif(bytes);
            }
        }

        private void partOfProfile(int bytes) throws IOException {
            int head = ICC.length() + 2; // its number and their count, in order in every file known
            if (bytes > head && text(ICC.length()).equals(ICC) && parts.size() < MOST_PROFILE_BYTES) {
                in.skipBytes(2);
                parts.write(bytes(bytes - head));
            }
        }

        void webp() throws IOException {
            in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
            for (long at = 12, bytes; ; at += 8 + bytes + (bytes & 1)) {
                in.seek(at);
                String type = text(4);
                bytes = in.readUnsignedInt();
                if (type.equals("EXIF")) {
                    exif(bytes);
                    return;
                }
            }
        }

        /** Exif data, which has the layout of a TIFF file, in some files after a name. */
        private void exif(long bytes) throws IOException {
            long begin = in.getStreamPosition();
            long head = text(EXIF.length()).equals(EXIF) ? EXIF.length() : 0;
            orientation(begin + head, begin + bytes);
        }

        /** Searches the first directory of a TIFF file that begins there. */
        void orientation(long begin, long end) throws IOException {
            in.seek(begin);
            int order = in.readUnsignedShort();
            ByteOrder before = in.getByteOrder();
            in.setByteOrder(order == TIFF_LITTLE >>> 16 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            if ((order == TIFF_LITTLE >>> 16 || order == TIFF_BIG >>> 16) && in.readUnsignedShort() == 42) {
                long directory = begin + in.readUnsignedInt();
                in.seek(directory);
                int entries = in.readUnsignedShort();
                for (int i = 0; i < entries && directory + 2 + (i + 1L) * ENTRY_BYTES <= end; i++) {
                    in.seek(directory + 2 + (long) i * ENTRY_BYTES);
                    if (in.readUnsignedShort() == ORIENTATION) {
                        orientation = upright(in.readUnsignedShort());
                        break;
                    }
                }
            }
            in.setByteOrder(before);
        }

        /** The value of an entry, after its type and count; unknown values mean upright. */
        private int upright(int type) throws IOException {
            in.skipBytes(4);
            long value = switch (type) {
                case 1 -> in.readUnsignedByte();
                case 3 -> in.readUnsignedShort();
                case 4 -> in.readUnsignedInt();
                default -> UPRIGHT;
            };
            return value >= UPRIGHT && value <= LAST ? (int) value : UPRIGHT;
        }

        private String text(int bytes) throws IOException {
            return new String(bytes(bytes), StandardCharsets.ISO_8859_1);
        }

        private byte[] bytes(long bytes) throws IOException {
            byte[] all = new byte[(int) Math.min(bytes, MOST_PROFILE_BYTES)];
            int read = 0;
            while (read < all.length) {
                int more = in.read(all, read, all.length - read);
                if (more < 0) {
                    return Arrays.copyOf(all, read);
                }
                read += more;
            }
            return all;
        }
    }
}
