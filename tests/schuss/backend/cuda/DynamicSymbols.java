package schuss.backend.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** The names by which a shared library (ELF, 64 bits) and others find each other's functions. */
record DynamicSymbols(Set<String> defined, Set<String> undefined) {
    private static final int HEADER_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int SYMBOL_TABLE = 11; // type of the section with the symbols that are linked when loading
    private static final int NOWHERE = 0;

    /** A part of the file. */
    private record Section(int type, long offset, long size, int link) {}

    static DynamicSymbols of(Path library) {
        try (FileChannel file = FileChannel.open(library)) {
            ByteBuffer header = read(file, 0, HEADER_BYTES);
            long table = header.getLong(40);
            int size = header.getShort(58);
            int count = header.getShort(60);
            for (int i = 0; i < count; i++) {
                Section section = section(file, table + (long) i * size);
                if (section.type == SYMBOL_TABLE) {
                    return of(file, section, section(file, table + (long) section.link * size));
                }
            }
            throw new IllegalArgumentException(library + ": expected a shared library, got none with dynamic symbols");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Section section(FileChannel file, long at) throws IOException {
        ByteBuffer header = read(file, at, HEADER_BYTES);
        return new Section(header.getInt(4), header.getLong(24), header.getLong(32), header.getInt(40));
    }

    private static DynamicSymbols of(FileChannel file, Section symbols, Section names) throws IOException {
        ByteBuffer table = read(file, symbols.offset, symbols.size);
        ByteBuffer text = read(file, names.offset, names.size);
        DynamicSymbols result = new DynamicSymbols(new TreeSet<>(), new TreeSet<>());
        for (int at = SYMBOL_BYTES; at < symbols.size; at += SYMBOL_BYTES) { // the first is none
            boolean elsewhere = table.getShort(at + 6) == NOWHERE;
            (elsewhere ? result.undefined : result.defined).add(name(text, table.getInt(at)));
        }
        return result;
    }

    private static String name(ByteBuffer text, int from) {
        int end = from;
        while (text.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - from];
        text.get(from, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static ByteBuffer read(FileChannel file, long from, long bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && file.read(buffer, from + buffer.position()) >= 0) {}
        return buffer.flip();
    }
}
