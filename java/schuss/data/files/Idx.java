package schuss.data.files;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import schuss.DType;
import schuss.Shape;
import schuss.data.DataException;
import schuss.internal.Interrupts;

/**
 * An array in the IDX format, that of the MNIST files, plain or compressed with gzip (recognised by content, not by
 * name).
 *
 * <pre>{@code
 * Idx images = Idx.read(Path.of("t10k-images-idx3-ubyte.gz"));
 * images.shape();                  // (10000, 28, 28)
 * int pixel = images.data().get(0) & 0xFF;
 * }</pre>
 *
 * <p>The format: two zero bytes, the type (0x08 U8, 0x0C I32, 0x0D F32), the number of dimensions (up to 8), each
 * dimension as a big-endian 32-bit number, then the elements, row-major and big-endian.
 */
public final class Idx {
    private static final int MAX_RANK = 8;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;
    private static final int GZIP_BUFFER = 1 << 16;

    private final DType dtype;
    private final Shape shape;
    private final ByteBuffer data;

    private Idx(DType dtype, Shape shape, ByteBuffer data) {
        this.dtype = dtype;
        this.shape = shape;
        this.data = data;
    }

    /** {@return the type of the elements: {@code U8}, {@code I32} or {@code F32}} */
    public DType dtype() {
        return dtype;
    }

    /** {@return the dimensions} */
    public Shape shape() {
        return shape;
    }

    /** {@return the elements, row-major and in the machine's byte order, as a read-only view at position 0} */
    public ByteBuffer data() {
        return data.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    /**
     * Reads a whole file.
     *
     * @param file the file, plain or compressed with gzip
     * @return the array
     * @throws DataException if it is missing, unreadable, of another format or type, shorter or longer than its
     *     dimensions say, or larger than 2 GiB
     */
    public static Idx read(Path file) {
        return read(file, null);
    }

    /** Reads a whole file; the digest is updated with the uncompressed bytes. */
    static Idx read(Path file, MessageDigest digest) {
        try (InputStream in = open(file)) {
            boolean gzip = isGzip(in);
            return read(file, gzip ? new GZIPInputStream(in, GZIP_BUFFER) : in, gzip, Files.size(file), digest);
        } catch (NoSuchFileException e) {
            throw new DataException(file + ": expected an IDX file, got no such file", e);
        } catch (EOFException | ZipException e) {
            throw new DataException(file + ": expected a whole gzip file, got a damaged one: " + e.getMessage(), e);
        } catch (IOException e) {
            String reason = Files.isDirectory(file) ? "a folder" : e.toString();
            throw new DataException(file + ": expected a readable IDX file, got " + reason, e);
        }
    }

    /**
     * Copies a file without its compression.
     *
     * @param file the file, plain or compressed with gzip
     * @param target where to write; closed at the end
     * @param digest updated with the uncompressed bytes
     * @param most the largest number of uncompressed bytes
     * @throws IOException if reading or writing fails
     * @throws DataException if there are more bytes
     */
    public static void unpack(Path file, OutputStream target, MessageDigest digest, long most) throws IOException {
        Interrupts.held(() -> {
            try (InputStream in = open(file);
                    InputStream plain = isGzip(in) ? new GZIPInputStream(in, GZIP_BUFFER) : in;
                    OutputStream out = new DigestOutputStream(target, digest)) {
                byte[] buffer = new byte[GZIP_BUFFER];
                long copied = 0;
                for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                    copied += count;
                    if (copied > most) {
                        throw new DataException(
                                file + ": expected at most " + most + " bytes without compression, got more");
                    }
                    out.write(buffer, 0, count);
                }
                return copied;
            }
        });
    }

    /** Not a channel: a channel closes when its thread is interrupted, and an intact file would look damaged. */
    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Interrupts.open(file), GZIP_BUFFER);
    }

    private static boolean isGzip(InputStream in) throws IOException {
        in.mark(2);
        boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
        in.reset();
        return gzip;
    }

    private static Idx read(Path file, InputStream in, boolean gzip, long fileBytes, MessageDigest digest)
            throws IOException {
        byte[] magic = in.readNBytes(4);
        if (magic.length < 4) {
            throw new DataException(file + ": expected an IDX header of 4 bytes, got " + magic.length);
        }
        DType dtype = dtype(magic[2]);
        int rank = magic[3];
        if (magic[0] != 0 || magic[1] != 0 || dtype == null || rank < 1 || rank > MAX_RANK) {
            throw new DataException(String.format(
                    "%s: magic number: expected 0x0000TTRR, TT a type 08, 0C or 0D and RR 1 to %d dimensions,"
                            + " got 0x%08X",
                    file, MAX_RANK, ByteBuffer.wrap(magic).getInt()));
        }
        byte[] extents = in.readNBytes(4 * rank);
        if (extents.length < 4 * rank) {
            throw new DataException(file + ": expected " + rank + " dimensions, " + 4 * rank + " bytes, got "
                    + extents.length + " bytes");
        }
        int[] dimensions = new int[rank];
        ByteBuffer.wrap(extents).asIntBuffer().get(dimensions);
        int header = magic.length + extents.length;
        int bytes = checkSize(file, dtype, dimensions);
        Shape shape = Shape.of(dimensions);
        String content = shape + " of " + dtype;
        if (!gzip && fileBytes != (long) header + bytes) {
            throw length(file, content, header, bytes, fileBytes - header);
        }
        byte[] data = readData(in, bytes, gzip ? fileBytes : bytes);
        if (data.length < bytes) {
            throw length(file, content, header, bytes, data.length);
        }
        if (in.read() >= 0) {
            throw new DataException(file + ": expected to end after " + ((long) header + bytes) + " bytes for "
                    + content + ", got more");
        }
        if (digest != null) {
            digest.update(magic);
            digest.update(extents);
            digest.update(data);
        }
        return new Idx(dtype, shape, toNativeOrder(data, dtype));
    }

    private static DataException length(Path file, String content, int header, int bytes, long got) {
        return new DataException(
                file + ": expected " + ((long) header + bytes) + " bytes for " + content + ", got " + (header + got));
    }

    private static DType dtype(byte type) {
        return switch (type) {
            case 0x08 -> DType.U8;
            case 0x0C -> DType.I32;
            case 0x0D -> DType.F32;
            default -> null;
        };
    }

    private static int checkSize(Path file, DType dtype, int[] dimensions) {
        long bytes = dtype.bytes();
        for (int dimension : dimensions) {
            bytes *= dimension;
            if (dimension < 1 || bytes > MAX_BYTES) {
                throw new DataException(file + ": dimensions: expected each at least 1 and at most " + MAX_BYTES
                        + " bytes together, got "
                        + Arrays.toString(Arrays.stream(dimensions)
                                .mapToObj(Integer::toUnsignedString)
                                .toArray()));
            }
        }
        return (int) bytes;
    }

    /**
     * Reads up to {@code bytes} bytes. The array grows with what has arrived, so that a small compressed file that claims
     * a large size costs little.
     */
    static byte[] readData(InputStream in, int bytes, long fileBytes) throws IOException {
        byte[] data = new byte[(int) Math.min(bytes, Math.max(GZIP_BUFFER, 4 * fileBytes))];
        int filled = in.readNBytes(data, 0, data.length);
        while (filled == data.length && filled < bytes) {
            data = Arrays.copyOf(data, (int) Math.min(bytes, 2L * filled));
            filled += in.readNBytes(data, filled, data.length - filled);
        }
        return filled == data.length ? data : Arrays.copyOf(data, filled);
    }

    private static ByteBuffer toNativeOrder(byte[] data, DType dtype) {
        ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.nativeOrder());
        if (dtype.bytes() == Integer.BYTES && ByteOrder.nativeOrder() != ByteOrder.BIG_ENDIAN) {
            for (int i = 0; i < data.length; i += Integer.BYTES) {
                buffer.putInt(i, Integer.reverseBytes(buffer.getInt(i)));
            }
        }
        return buffer;
    }
}
