package schuss.backend.cuda.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Constant arrays that kernels read, in one piece of the GPU's memory. */
public final class DeviceArrays {
    private final List<Consumer<ByteBuffer>> writers = new ArrayList<>();
    private int bytes;

    /** Adds an array and returns where it will begin, counted from the start of the memory. */
    public int add(int[] values) {
        return add(Integer.BYTES * values.length, to -> to.asIntBuffer().put(values));
    }

    public int add(long[] values) {
        return add(Long.BYTES * values.length, to -> to.asLongBuffer().put(values));
    }

    public int add(double[] values) {
        return add(Double.BYTES * values.length, to -> to.asDoubleBuffer().put(values));
    }

    /** Adds a buffer's remaining bytes. */
    public int add(ByteBuffer values) {
        return add(values.remaining(), to -> to.put(values.duplicate()));
    }

    private int add(int length, Consumer<ByteBuffer> writer) {
        int from = bytes;
        writers.add(to -> writer.accept(to.position(from).slice().order(ByteOrder.nativeOrder())));
        bytes += (length + Long.BYTES - 1) / Long.BYTES * Long.BYTES; // each begins where any type may
        return from;
    }

    /** Memory that holds them; whoever asked closes it. */
    public CudaMemory upload(Gpu gpu) {
        ByteBuffer all = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        writers.forEach(writer -> writer.accept(all));
        CudaMemory memory = new CudaMemory(gpu, bytes);
        gpu.staging().write(memory.address(), all.clear());
        return memory;
    }
}
