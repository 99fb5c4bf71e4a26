package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoDAsync;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import schuss.DType;
import schuss.backend.Memory;

/** Memory of a GPU. */
public final class CudaMemory implements Memory {
    private final Gpu gpu;
    private final long address;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    public CudaMemory(Gpu gpu, long bytes) {
        this.gpu = gpu;
        this.bytes = bytes;
        this.address = gpu.allocate(bytes);
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void write(DType type, long index, ByteBuffer source) {
        gpu.staging().write(at(index * type.bytes(), source.remaining()), source);
    }

    @Override
    public void read(DType type, long index, ByteBuffer target) {
        gpu.staging().read(at(index * type.bytes(), target.remaining()), target);
    }

    @Override
    public ByteBuffer mapped() {
        return null;
    }

    @Override
    public void write(long index, float[] source, int from, int count) {
        gpu.staging().write(at(index * Float.BYTES, (long) count * Float.BYTES), source, from, count);
    }

    @Override
    public void read(long index, float[] target, int from, int count) {
        gpu.staging().read(at(index * Float.BYTES, (long) count * Float.BYTES), target, from, count);
    }

    @Override
    public void copyFrom(Memory other) {
        if (!(other instanceof CudaMemory source) || source.gpu != gpu || source.bytes < bytes) {
            throw new IllegalArgumentException("memory: expected " + bytes + " bytes of the same GPU to copy, got "
                    + other.bytes() + " of " + (other instanceof CudaMemory ? "a GPU" : "another device"));
        }
        expectOpen();
        source.expectOpen();
        if (bytes > 0) {
            gpu.takeStream();
            try {
                Status.check(cuMemcpyDtoDAsync(address, other.address(), bytes, gpu.stream()), "copy on the GPU");
            } finally {
                gpu.leaveStream();
            }
        }
    }

    /** The address of a range of bytes, which must lie within. */
    private long at(long from, long count) {
        expectOpen();
        if (from < 0 || from + count > bytes) {
            throw new IndexOutOfBoundsException(
                    "memory: expected a range within " + bytes + " bytes, got " + from + " to " + (from + count));
        }
        return address + from;
    }

    private void expectOpen() {
        if (closed.get()) {
            throw new IllegalStateException("memory: expected it open, got it closed");
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            gpu.free(address, bytes);
        }
    }
}
