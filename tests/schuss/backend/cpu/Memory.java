package schuss.backend.cpu;

import java.nio.ByteBuffer;

/** A block of native memory that a test fills and reads. */
final class Memory implements AutoCloseable {
    final long address;
    private final long bytes;

    private Memory(long bytes) {
        this.address = Native.schuss_allocate(bytes);
        this.bytes = bytes;
    }

    static Memory floats(int n) {
        return new Memory(n * (long) Float.BYTES);
    }

    static Memory bytes(long n) {
        return new Memory(n);
    }

    static Memory of(float... values) {
        Memory memory = floats(values.length);
        memory.set(values);
        return memory;
    }

    static Memory of(int... values) {
        Memory memory = new Memory(values.length * (long) Integer.BYTES);
        memory.buffer().asIntBuffer().put(values);
        return memory;
    }

    static Memory of(long... values) {
        Memory memory = new Memory(values.length * (long) Long.BYTES);
        memory.buffer().asLongBuffer().put(values);
        return memory;
    }

    static Memory of(byte... values) {
        Memory memory = new Memory(values.length);
        memory.buffer().put(values);
        return memory;
    }

    void set(float... values) {
        buffer().asFloatBuffer().put(values);
    }

    float[] floats() {
        float[] values = new float[(int) (bytes / Float.BYTES)];
        buffer().asFloatBuffer().get(values);
        return values;
    }

    long[] longs() {
        long[] values = new long[(int) (bytes / Long.BYTES)];
        buffer().asLongBuffer().get(values);
        return values;
    }

    int intAt(int index) {
        return buffer().getInt(index * Integer.BYTES);
    }

    byte byteAt(int index) {
        return buffer().get(index);
    }

    int intValue() {
        return buffer().getInt(0);
    }

    double doubleValue() {
        return buffer().getDouble(0);
    }

    private ByteBuffer buffer() {
        return CpuMemory.view(address, bytes);
    }

    @Override
    public void close() {
        Native.schuss_free(address, bytes);
    }
}
