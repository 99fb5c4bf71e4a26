package schuss.backend;

import java.nio.ByteBuffer;
import schuss.DType;

/**
 * A piece of a backend's memory. The byte buffers that its methods take hold elements of the given type in the
 * machine's byte order.
 */
public interface Memory extends AutoCloseable {
    /** {@return where it lies: an address for CPU memory, a handle for other devices} */
    long address();

    /** {@return its size in bytes, where an element takes {@link Backend#bytes}} */
    long bytes();

    /**
     * Copies the remaining elements of a buffer into this memory. The buffer's position does not change.
     *
     * @param type of the elements
     * @param index of the first element to write
     * @param source the elements
     */
    void write(DType type, long index, ByteBuffer source);

    /**
     * Copies elements from this memory until the buffer is full. The buffer's position does not change.
     *
     * @param type of the elements
     * @param index of the first element to read
     * @param target where to copy them
     */
    void read(DType type, long index, ByteBuffer target);

    /**
     * {@return this memory as a buffer that the host can read and write directly, in the machine's byte order, which
     * saves a copy} Null if the host cannot reach it, or if elements are stored in another form.
     */
    ByteBuffer mapped();

    /**
     * Copies floats into this memory.
     *
     * @param index of the first element to write
     * @param source the floats
     * @param from the first float to copy
     * @param count how many to copy
     */
    void write(long index, float[] source, int from, int count);

    /**
     * Copies floats from this memory.
     *
     * @param index of the first element to read
     * @param target where to copy them
     * @param from the first float to write
     * @param count how many to copy
     */
    void read(long index, float[] target, int from, int count);

    /**
     * Copies everything from another memory.
     *
     * @param other a memory of the same backend and size
     */
    void copyFrom(Memory other);

    @Override
    void close();
}
