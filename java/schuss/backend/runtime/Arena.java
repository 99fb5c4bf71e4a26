package schuss.backend.runtime;

import schuss.backend.Backend;
import schuss.backend.Memory;

/**
 * The shared memory for intermediate values of programs that run one after the other; as large as the largest of them
 * needs.
 */
public final class Arena implements AutoCloseable {
    private final Backend backend;
    private Memory memory;

    public Arena(Backend backend) {
        this.backend = backend;
    }

    /** Grows to at least this size. What lies in it is lost, which between runs is nothing. */
    public void ensure(long bytes) {
        if (memory == null || memory.bytes() < bytes) {
            close();
            memory = backend.allocate(Math.max(bytes, 1));
        }
    }

    long address() {
        return memory.address();
    }

    public Memory memory() {
        return memory;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }
}
