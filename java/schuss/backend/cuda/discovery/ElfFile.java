package schuss.backend.cuda.discovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A shared library as a file. It is checked before it is loaded, since loading a truncated one ends the process with a
 * bus error.
 */
public final class ElfFile {
    private static final int HEADER_BYTES = 64;
    private static final int MAGIC = 0x464c457f; // 0x7f, then ELF
    private static final int OF_64_BITS_LOW_BYTES_FIRST = 0x0102;
    private static final int LOADED = 1; // a segment's type

    private ElfFile() {}

    /** What is wrong with a file that is to be a library; empty where it is whole. */
    public static Optional<String> fault(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            long size = channel.size();
            ByteBuffer header = read(channel, 0, HEADER_BYTES);
            if (header.limit() < HEADER_BYTES
                    || header.getInt(0) != MAGIC
                    || header.getShort(4) != OF_64_BITS_LOW_BYTES_FIRST) {
                return Optional.of(
                        "is no library: expected a 64-bit ELF file, got " + size + " bytes of something else");
            }
            long needed = Math.max(sectionsEnd(header), segmentsEnd(channel, header));
            return needed <= size
                    ? Optional.empty()
                    : Optional.of("is cut off: expected " + needed + " bytes, got " + size);
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e.getMessage());
        }
    }

    private static long sectionsEnd(ByteBuffer header) {
        return header.getLong(0x28) + (long) header.getShort(0x3a) * header.getShort(0x3c);
    }

    private static long segmentsEnd(FileChannel channel, ByteBuffer header) throws IOException {
        int bytes = header.getShort(0x36);
        int count = header.getShort(0x38);
        long from = header.getLong(0x20);
        ByteBuffer segments = read(channel, from, bytes * count);
        long end = from + (long) bytes * count;
        for (int at = 0; at + bytes <= segments.limit(); at += bytes) {
            if (segments.getInt(at) == LOADED) {
                end = Math.max(end, segments.getLong(at + 0x08) + segments.getLong(at + 0x20));
            }
        }
        return end;
    }

    /** So many bytes, or as many as there are. */
    private static ByteBuffer read(FileChannel channel, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {
            // on to the rest
        }
        return bytes.flip();
    }
}
