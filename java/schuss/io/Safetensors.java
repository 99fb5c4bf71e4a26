package schuss.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import schuss.DType;
import schuss.FormatException;
import schuss.Shape;
import schuss.Spec;
import schuss.internal.AtomicFile;
import schuss.internal.Interrupts;

/**
 * Reads and writes safetensors files, which hold named tensors: eight bytes with the length of the header, a JSON
 * header, then the elements, little-endian and row-major, one tensor after the other.
 *
 * <pre>{@code
 * Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
 * entries.put("dense/weight", Safetensors.Entry.of(Shape.of(2, 2), new float[] {1, 2, 3, 4}));
 * Safetensors.write(Path.of("model.safetensors"), entries, Map.of("format", "schuss"));
 * try (Safetensors file = Safetensors.read(Path.of("model.safetensors"))) {
 *     float[] weight = file.floats("dense/weight");
 * }
 * }</pre>
 *
 * <p>An open file reads a tensor when it is asked for, from any thread; replacing the file does not affect it. If a
 * reading thread is interrupted, the read fails and the file is closed, as with every {@link FileChannel}.
 */
public final class Safetensors implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final List<String> FLOATS = List.of("F32", "F16", "BF16", "F64"); // what floats() reads

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final SafetensorsHeader header;

    private Safetensors(Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.dataStart = dataStart;
        this.header = header;
    }

    /** Provides a tensor's elements while it is written: a large one need not be in Java's memory. */
    @FunctionalInterface
    public interface Elements {
        /**
         * Fills a buffer from its position, which stays, to its limit: row-major and little-endian, from an index on.
         */
        void read(long index, ByteBuffer into) throws IOException;
    }

    /** Receives the elements of a tensor in parts. */
    @FunctionalInterface
    public interface Part {
        /**
         * Receives one part: the elements from {@code index} on, little-endian, between a buffer's position and its
         * limit.
         */
        void take(long index, ByteBuffer elements) throws IOException;
    }

    /** A tensor to write, or one of an open file. Its data is not copied: it must not change before it is written. */
    public static final class Entry {
        private final DType dtype;
        private final Shape shape;
        private final Elements elements;

        private Entry(DType dtype, Shape shape, Elements elements) {
            this.dtype = Objects.requireNonNull(dtype, "dtype");
            this.shape = Objects.requireNonNull(shape, "shape");
            this.elements = Objects.requireNonNull(elements, "elements");
        }

        /** {@return a tensor whose elements are asked for while it is written, a megabyte at a time} */
        public static Entry of(DType dtype, Shape shape, Elements elements) {
            return new Entry(dtype, shape, elements);
        }

        /**
         * {@return a tensor from the bytes between a buffer's position and its limit, little-endian and row-major}
         *
         * @throws IllegalArgumentException if the buffer's length does not match the shape
         */
        public static Entry of(DType dtype, Shape shape, ByteBuffer data) {
            long expected = SafetensorsHeader.bytes(dtype, shape);
            if (data.remaining() != expected) {
                throw new IllegalArgumentException("data: expected " + expected + " bytes for " + shape + " of " + dtype
                        + ", got " + data.remaining());
            }
            ByteBuffer bytes = data.slice();
            int each = dtype.bytes();
            return new Entry(
                    dtype,
                    shape,
                    (index, into) -> into.put(into.position(), bytes, (int) index * each, into.remaining()));
        }

        /**
         * {@return a tensor of {@code F32} elements, row-major}
         *
         * @throws IllegalArgumentException if their number does not match the shape
         */
        public static Entry of(Shape shape, float[] data) {
            if (data.length != shape.size()) {
                throw new IllegalArgumentException(
                        "data: expected " + shape.size() + " floats for " + shape + ", got " + data.length);
            }
            return new Entry(
                    DType.F32,
                    shape,
                    (index, into) -> into.asFloatBuffer().put(data, (int) index, into.remaining() / Float.BYTES));
        }

        /** {@return the element type} */
        public DType dtype() {
            return dtype;
        }

        /** {@return the extents} */
        public Shape shape() {
            return shape;
        }

        /** Passes all elements on in order, a megabyte at a time: a large tensor need not be in Java's memory. */
        public void forEach(Part part) throws IOException {
            int each = dtype.bytes();
            parts(shape.size(), each, elements, chunk(shape.size(), each), part);
        }
    }

    private static ByteBuffer chunk(long count, int each) {
        int bytes = (int) Math.min(CHUNK_BYTES, count * each);
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void parts(long count, int each, Elements elements, ByteBuffer chunk, Part part) throws IOException {
        int most = chunk.capacity() / each;
        for (long at = 0; at < count; at += most) {
            elements.read(at, chunk.clear().limit((int) Math.min(most, count - at) * each));
            part.take(at, chunk);
        }
    }

    /**
     * Checks, without writing, that {@link #write} could create a file: its folder is there and writable, and what has
     * its name, if anything, is a file that may be replaced.
     *
     * @throws IllegalArgumentException if not; the message names the file and says why
     */
    public static void checkWritable(Path path) {
        AtomicFile.checkWritable(path);
    }

    /**
     * Writes a file. It replaces an older file of that name at once when it is complete; until then, and if writing
     * fails, the older file keeps its content. Equal input gives equal bytes.
     *
     * @param entries the tensors by name, in the order of the file: use a {@link java.util.LinkedHashMap}
     * @param metadata texts for the header's {@code __metadata__}, sorted by key; may be empty
     * @throws IllegalArgumentException as {@link #checkWritable}, or for a name that cannot be stored
     * @throws IOException if writing fails; the older file is still there
     */
    public static void write(Path path, Map<String, Entry> entries, Map<String, String> metadata) throws IOException {
        byte[] header = SafetensorsHeader.encode(entries, metadata);
        AtomicFile.write(path, out -> {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(out, chunk.putLong(header.length).flip());
            writeAll(out, ByteBuffer.wrap(header));
            for (Entry entry : entries.values()) {
                parts(
                        entry.shape.size(),
                        entry.dtype.bytes(),
                        entry.elements,
                        chunk,
                        (at, part) -> writeAll(out, part));
            }
        });
    }

    /**
     * Opens a file, and checks its header and its length.
     *
     * @return the open file
     * @throws FormatException if it is not a valid safetensors file. A tensor of an unknown type, or without elements,
     *     is refused only when it is asked for
     * @throws IOException if it cannot be read
     */
    public static Safetensors read(Path path) throws IOException {
        return Interrupts.held(() -> open(path));
    }

    private static Safetensors open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) { // a pipe would keep us waiting
            throw new FormatException(path + ": expected a safetensors file, got "
                    + (Files.isDirectory(path) ? "a folder" : "no regular file"));
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            long fileBytes = channel.size();
            if (fileBytes < Long.BYTES) {
                throw new FormatException(path + ": expected at least 8 bytes, got " + fileBytes);
            }
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            readAll(path, channel, 0, length);
            long headerBytes = length.getLong(0);
            long limit = Math.min(SafetensorsHeader.MAX_BYTES, fileBytes - Long.BYTES);
            if (headerBytes < 0 || headerBytes > limit) {
                throw new FormatException(path + ": expected a safetensors file, whose header here has at most " + limit
                        + " bytes, got a file whose first 8 bytes say " + Long.toUnsignedString(headerBytes));
            }
            ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
            readAll(path, channel, Long.BYTES, header);
            long dataStart = Long.BYTES + headerBytes;
            return new Safetensors(
                    path,
                    channel,
                    dataStart,
                    SafetensorsHeader.decode(path.toString(), header.array(), fileBytes - dataStart));
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** {@return the names of the tensors, in the order of their data} */
    public List<String> names() {
        return List.copyOf(header.tensors().keySet());
    }

    /** {@return the texts of {@code __metadata__}, unmodifiable; empty if there are none} */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(header.metadata());
    }

    /**
     * {@return the element type of a tensor as the file names it, such as {@code F16}}
     *
     * @throws NoSuchElementException if there is no such tensor
     */
    public String type(String name) {
        return tensor(name).type();
    }

    /**
     * {@return the extents of a tensor; some may be 0}
     *
     * @throws NoSuchElementException if there is no such tensor
     */
    public List<Long> extents(String name) {
        return tensor(name).extents();
    }

    /**
     * {@return the name, element type and shape of a tensor}
     *
     * @throws NoSuchElementException if there is no such tensor
     * @throws FormatException if its type is not one of {@link DType}, or it has no elements
     */
    public Spec spec(String name) {
        SafetensorsHeader.Tensor tensor = withElements(name);
        if (tensor.dtype() == null) {
            throw new FormatException(path + ": tensor \"" + name + "\": dtype: expected one of "
                    + List.of(DType.values()) + ", got \"" + tensor.type() + "\"");
        }
        return new Spec(name, tensor.dtype(), tensor.shape());
    }

    /**
     * Reads the bytes of a tensor, little-endian, to a buffer's position, which moves behind them.
     *
     * @throws NoSuchElementException if there is no such tensor
     * @throws IllegalArgumentException if the buffer has too little room
     * @throws IOException if reading fails
     */
    public void read(String name, ByteBuffer into) throws IOException {
        SafetensorsHeader.Tensor tensor = tensor(name);
        long bytes = tensor.end() - tensor.begin();
        if (into.remaining() < bytes) {
            throw new IllegalArgumentException(
                    "buffer for tensor \"" + name + "\": expected " + bytes + " bytes, got " + into.remaining());
        }
        ByteBuffer part = into.slice(into.position(), (int) bytes);
        readAll(path, channel, dataStart + tensor.begin(), part);
        into.position(into.position() + (int) bytes);
    }

    /**
     * {@return a tensor whose elements are read when they are asked for, while this file is open}
     *
     * @throws NoSuchElementException if there is no such tensor
     * @throws FormatException if its type is not one of {@link DType}, or it has no elements
     */
    public Entry entry(String name) {
        Spec spec = spec(name);
        return Entry.of(
                spec.dtype(), spec.shape(), elements(tensor(name), spec.dtype().bytes()));
    }

    private Elements elements(SafetensorsHeader.Tensor tensor, int each) {
        return (index, into) -> readAll(path, channel, dataStart + tensor.begin() + index * each, into.duplicate());
    }

    /**
     * {@return the elements of a tensor as floats, row-major} It may have {@code F32}, {@code F16}, {@code BF16} or
     * {@code F64} elements; the last are rounded to the nearest float.
     *
     * @throws NoSuchElementException if there is no such tensor
     * @throws FormatException if it has no elements
     * @throws IllegalArgumentException if it has another type, or more elements than a Java array can hold
     * @throws IOException if reading fails
     */
    public float[] floats(String name) throws IOException {
        SafetensorsHeader.Tensor tensor = withElements(name);
        if (!FLOATS.contains(tensor.type())) {
            throw new IllegalArgumentException(
                    "tensor \"" + name + "\": expected one of " + FLOATS + ", got " + tensor.type());
        }
        if (tensor.shape().size() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("tensor \"" + name + "\": expected at most " + (Integer.MAX_VALUE - 8)
                    + " elements, got " + tensor.shape().size());
        }
        int count = (int) tensor.shape().size();
        int each = (int) ((tensor.end() - tensor.begin()) / count);
        float[] values = new float[count];
        parts(count, each, elements(tensor, each), chunk(count, each), (index, part) -> {
            int from = (int) index;
            if (tensor.dtype() == DType.F32) {
                part.asFloatBuffer().get(values, from, part.remaining() / Float.BYTES);
                return;
            }
            for (int i = 0; i < part.remaining() / each; i++) {
                values[from + i] = number(tensor.type(), part, i);
            }
        });
        return values;
    }

    private static float number(String type, ByteBuffer elements, int index) {
        return switch (type) {
            case "F16" -> HalfPrecision.ofF16(elements.getShort(index * Short.BYTES));
            case "BF16" -> HalfPrecision.ofBf16(elements.getShort(index * Short.BYTES));
            default -> (float) elements.getDouble(index * Double.BYTES);
        };
    }

    private SafetensorsHeader.Tensor withElements(String name) {
        SafetensorsHeader.Tensor tensor = tensor(name);
        if (tensor.shape() == null) {
            throw new FormatException(path + ": tensor \"" + name + "\": expected elements, got none");
        }
        return tensor;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private SafetensorsHeader.Tensor tensor(String name) {
        SafetensorsHeader.Tensor tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new NoSuchElementException(
                    path + ": expected one of the tensors " + header.tensors().keySet() + ", got \"" + name + "\"");
        }
        return tensor;
    }

    private static void writeAll(FileChannel out, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            out.write(data);
        }
    }

    private static void readAll(Path path, FileChannel in, long position, ByteBuffer into) throws IOException {
        Interrupts.held(() -> {
            long at = position;
            while (into.hasRemaining()) {
                int count = in.read(into, at);
                if (count < 0) {
                    throw new EOFException(path + ": expected " + into.remaining() + " bytes more, got the end: "
                            + "the file was cut while it was open");
                }
                at += count;
            }
            return null;
        });
    }
}
