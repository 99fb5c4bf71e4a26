package schuss.backend.runtime;

import java.util.HashMap;
import java.util.Map;
import schuss.DType;
import schuss.backend.Backend;
import schuss.backend.Memory;

/**
 * The input buffers that programs which run one after the other share: one for each input, as large as the largest
 * batch so far. An input that is used with two element types, such as bytes in training and floats in validation, has
 * one for each.
 */
public final class InputBuffers implements AutoCloseable {
    private record Key(String name, DType dtype) {}

    private final Backend backend;
    private final Map<Key, Memory> buffers = new HashMap<>();
    private long moves;

    public InputBuffers(Backend backend) {
        this.backend = backend;
    }

    /** An input's buffer, made or made larger where it has no room for so many elements; what lay in it is lost then. */
    public Memory room(String name, DType dtype, long elements) {
        Key key = new Key(name, dtype);
        long bytes = elements * backend.bytes(dtype);
        Memory buffer = buffers.get(key);
        if (buffer == null || buffer.bytes() < bytes) {
            if (buffer != null) {
                buffers.remove(key);
                buffer.close(); // there may be no room for both
                moves++;
            }
            buffer = backend.allocate(bytes);
            buffers.put(key, buffer);
        }
        return buffer;
    }

    /** How often a buffer was replaced: addresses that were asked for earlier may be wrong since. */
    public long moves() {
        return moves;
    }

    @Override
    public void close() {
        buffers.values().forEach(Memory::close);
        buffers.clear();
    }
}
