package schuss.backend.cuda.runtime;

import java.util.ArrayList;
import java.util.List;

/** GPU memory for trials. */
public final class Scratch implements AutoCloseable {
    private final Gpu gpu;
    private final List<long[]> held = new ArrayList<>(); // address, bytes

    public Scratch(Gpu gpu) {
        this.gpu = gpu;
    }

    /** So many singles of 0. */
    public long floats(long count) {
        return bytes(count * Float.BYTES);
    }

    /** So many bytes of 0, or a few more. */
    public long bytes(long count) {
        long bytes = Math.max(count, 1);
        long address = gpu.allocate(bytes);
        held.add(new long[] {address, bytes});
        return address;
    }

    @Override
    public void close() {
        gpu.synchronize();
        held.forEach(memory -> gpu.free(memory[0], memory[1]));
        held.clear();
    }
}
