package schuss.data.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import schuss.data.DataException;
import schuss.internal.Interrupts;

/** Where an image comes from: a file, memory or a stream. */
final class ImageSource {
    private static final int MAX_SIDE = (1 << 16) - 1; // as JPEG has it
    private static final long MAX_PIXELS = 100_000_000;
    private static final long FEW_PIXELS = 1 << 22; // which cost little, whatever they come from
    private static final long MOST_PIXELS_A_BYTE = 1 << 14; // PNG has up to 8,256 where all are alike
    private static final String UNSUPPORTED = "Unsupported Image Type"; // what older Java says of CMYK
    private static final int MAX_STREAM = 1 << 28; // bytes
    private static final String UNNAMED = "image";
    private static final String BARE = "WBMP"; // a format without a mark: Java takes all that begins with zeros for it

    private final String place;
    private final Opener opener;

    private interface Opener {
        ImageInputStream open() throws IOException;
    }

    /** Uses an image that can be read. */
    interface Use<T> {
        T of(ImageReader reader, Embedded embedded) throws IOException;
    }

    private ImageSource(String place, Opener opener) {
        this.place = place;
        this.opener = opener;
    }

    static ImageSource of(Path file) {
        return new ImageSource(file.toString(), () -> {
            if (!Files.isRegularFile(file)) {
                throw new DataException(file + ": expected an image file, got "
                        + (Files.exists(file) ? "something else" : "no such file"));
            }
            // no channel: one closes when its thread is interrupted, and a whole file looks damaged
            // a File has its name in the characters of the locale, and may not find it
            return file.getFileSystem().equals(FileSystems.getDefault())
                            && file.toFile().isFile()
                    ? new FileImageInputStream(file.toFile())
                    : memory(Interrupts.held(() -> Files.readAllBytes(file)));
        });
    }

    static ImageSource of(byte... bytes) {
        return new ImageSource(UNNAMED, () -> memory(bytes));
    }

    /** The stream is read to its end first: Java would take a read error for a file that is not an image. */
    static ImageSource of(InputStream in) {
        return new ImageSource(UNNAMED, () -> {
            byte[] bytes = in.readNBytes(MAX_STREAM + 1);
            if (bytes.length > MAX_STREAM) {
                throw new DataException(UNNAMED + ": expected at most " + MAX_STREAM + " bytes, got more");
            }
            return memory(bytes);
        });
    }

    private static ImageInputStream memory(byte... bytes) {
        return new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public long length() {
                return bytes.length;
            }
        };
    }

    /**
     * Finds a reader for the image and uses it.
     *
     * @throws DataException if the image is missing, damaged, too large or none; the message names its place
     */
    <T> T read(Use<T> use) {
        try (ImageInputStream in = opener.open()) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            Exception first = null;
            while (readers.hasNext()) {
                ImageReader reader = readers.next();
                if (BARE.equalsIgnoreCase(reader.getFormatName())) {
                    continue;
                }
                try {
                    return use(use, reader, in);
                } catch (DataException e) {
                    throw e;
                } catch (IOException | RuntimeException e) { // the decoders throw both on damaged files
                    first = first == null ? e : first; // another reader may bear with it
                } finally {
                    reader.dispose();
                }
            }
            if (first == null) {
                throw new DataException(place + ": expected a PNG, JPEG, GIF or BMP image, got another format");
            }
            throw refused(first);
        } catch (DataException ours) {
            throw ours;
        } catch (OutOfMemoryError e) {
            throw new DataException(place + ": expected an image for which there is memory, got a larger one", e);
        } catch (IOException | RuntimeException e) {
            throw refused(e);
        }
    }

    private <T> T use(Use<T> use, ImageReader reader, ImageInputStream in) throws IOException {
        Embedded embedded = Embedded.of(in);
        reader.setInput(in, false, true);
        checkSize(reader, in.length());
        return use.of(reader, embedded);
    }

    private DataException refused(Exception e) {
        if (Interrupts.isCause(e)) {
            Thread.currentThread().interrupt();
            return new DataException(place + ": expected to be read to the end, got interrupted", e);
        }
        return new DataException(place + ": expected a readable image, got " + reason(e), e);
    }

    /** Refuses an image that is too large by its header, before memory is allocated for it. */
    private void checkSize(ImageReader reader, long length) throws IOException {
        int side = Math.max(reader.getWidth(0), reader.getHeight(0));
        if (side > MAX_SIDE) {
            throw new DataException(place + ": expected sides of at most " + MAX_SIDE + " pixels, got " + side);
        }
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
            throw new DataException(place + ": expected at most " + MAX_PIXELS + " pixels, got " + pixels);
        }
        ImageTypeSpecifier type = reader.getRawImageType(0);
        long bytes =
                pixels * (type == null ? Integer.SIZE : type.getColorModel().getPixelSize()) / Byte.SIZE;
        long most = Runtime.getRuntime().maxMemory() / 2;
        if (bytes > most) {
            throw new DataException(
                    place + ": expected at most " + most + " bytes of pixels, half of Java's memory, got " + bytes);
        }
        if (pixels > FEW_PIXELS && length >= 0 && pixels / MOST_PIXELS_A_BYTE > length) {
            throw new DataException(place + ": expected at least " + pixels / MOST_PIXELS_A_BYTE + " bytes for "
                    + pixels + " pixels, got " + length);
        }
    }

    private static String reason(Exception e) {
        return UNSUPPORTED.equals(e.getMessage())
                ? "one that Java reads only with com.twelvemonkeys.imageio:imageio-jpeg on the class path"
                : "a damaged one: " + e.getMessage();
    }
}
