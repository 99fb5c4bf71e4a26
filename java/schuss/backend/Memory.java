package schuss.backend;

import java.nio.ByteBuffer;
import schuss.DType;

/** A piece of a backend's memory. Buffers handed in hold elements of the given type in the machine's byte order. */
public interface Memory extends AutoCloseable {
    /** Where it lies: an address for CPU memory, a handle for others. */
    long address();

    /** Its size, counted as {@link Backend#bytes} counts. */
    long bytes();

    /**
     * Copies the buffer's remaining elements into this memory, whose first element has the given index; the buffer's
     * position stays.
     */
    void write(DType type, long index, ByteBuffer source);

    /** Copies elements from this memory, from the given index on, until the buffer is full; its position stays. */
    void read(DType type, long index, ByteBuffer target);

    /**
     * The memory itself where the host can reach it, in the machine's byte order, to spare a copy; null where it cannot,
     * or where elements are kept in another form.
     */
    ByteBuffer mapped();

    /** Copies floats from an array. */
    void write(long index, float[] source, int from, int count);

    /** Copies floats to an array. */
    void read(long index, float[] target, int from, int count);

    /** Copies all of another memory of the same backend and size. */
    void copyFrom(Memory other);

    @Override
    void close();
}
