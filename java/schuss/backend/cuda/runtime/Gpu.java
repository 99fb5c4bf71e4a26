package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.*;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.SizeTPointer;
import schuss.CudaOptions;
import schuss.backend.OutOfMemoryException;

/**
 * One GPU in use: its context, the one stream on which everything happens in order, its memory and its kernels.
 * Contexts belong to threads: every entry from outside begins with {@link #enter}.
 *
 * <p>A program's kernels are launched by one thread. When another thread uses the stream (to allocate, copy, set or
 * free memory), it does so between {@link #takeStream} and {@link #leaveStream}. So does the recording of a {@link
 * Graph}; otherwise another thread's work would become part of the graph instead of being done. Memory that is freed
 * while a graph is recorded, for instance by a cleaner's thread, waits in a queue until the recording has ended.
 */
public final class Gpu implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Gpu.class.getName());
    private static final int HOPPER = 90;
    private static final int NAME_BYTES = 256;
    private static final long LEAST_WORKSPACE = 1L << 16;

    private final CudaOptions options;
    private final int device;
    private final CUctx_st context;
    private final CUstream_st stream = new CUstream_st();
    private final String name;
    private final int multiprocessors;
    private final int threadsPerMultiprocessor;
    private final int computeCapability;
    private final AtomicLong allocated = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock turn = new ReentrantLock(); // to use the stream
    private boolean recording; // guarded by turn
    private final Queue<Freed> freed = new ConcurrentLinkedQueue<>();
    private long workspaceBytes; // of what was allocated; before that, what is wanted
    private final Modules modules;
    private final Staging staging;
    private long workspace;

    /** Memory that is to be freed as soon as the stream may be waited for. */
    private record Freed(long address, long bytes) {}

    /** Opens a GPU; the libraries are loaded already. */
    public static Gpu open(CudaOptions options) {
        Status.check(cuInit(0), "cuInit");
        int[] number = new int[1];
        Status.check(cuDeviceGetCount(number), "cuDeviceGetCount");
        if (options.ordinal() >= number[0]) {
            throw new IllegalArgumentException("CUDA device: expected one of the " + number[0]
                    + " GPUs of this machine, counted from 0, got " + options.ordinal());
        }
        Status.check(cuDeviceGet(number, options.ordinal()), "cuDeviceGet");
        return new Gpu(options, number[0]);
    }

    private Gpu(CudaOptions options, int device) {
        this.options = options;
        this.device = device;
        byte[] text = new byte[NAME_BYTES];
        Status.check(cuDeviceGetName(text, text.length, device), "cuDeviceGetName");
        name = new String(text, StandardCharsets.UTF_8).split("\0", 2)[0];
        multiprocessors = attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
        threadsPerMultiprocessor = attribute(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR);
        computeCapability = 10 * attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        workspaceBytes = (computeCapability >= HOPPER ? 32L : 4L) << 20; // what cuBLAS advises
        modules = new Modules(computeCapability, KernelCache.ofUser());
        context = PrimaryContexts.of(device);
        enter();
        Status.check(cuStreamCreate(stream, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        Staging made = null;
        try {
            made = new Staging(this);
        } finally {
            staging = made;
            if (made == null) {
                cuStreamDestroy(stream);
            }
        }
    }

    private int attribute(int which) {
        int[] value = new int[1];
        Status.check(cuDeviceGetAttribute(value, which, device), "cuDeviceGetAttribute");
        return value[0];
    }

    /** Makes this GPU the calling thread's. */
    public void enter() {
        Status.check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    public CUstream_st stream() {
        return stream;
    }

    // ---- turns ----

    /** Waits until nobody else asks anything of the stream, and keeps others from it until {@link #leaveStream}. */
    void takeStream() {
        turn.lock();
        try {
            enter();
            freeWaiting();
        } catch (RuntimeException e) {
            turn.unlock();
            throw e;
        }
    }

    void leaveStream() {
        turn.unlock();
        freeWaiting(); // what came to be freed meanwhile
    }

    /** From now on what is asked of the stream is recorded, until {@link #endRecording}; for {@link Graph}. */
    void beginRecording() {
        takeStream();
        recording = true;
    }

    void endRecording() {
        recording = false;
        leaveStream();
    }

    /** Frees what waits for it, unless others have the stream: they do it when they leave. */
    private void freeWaiting() {
        while (!freed.isEmpty() && turn.tryLock()) {
            try {
                if (recording) { // by this thread
                    return;
                }
                enter();
                freeAll();
            } finally {
                turn.unlock();
            }
        }
    }

    private void freeAll() {
        int status = cuStreamSynchronize(stream); // what was launched may still use it
        for (Freed next = freed.poll(); next != null; next = freed.poll()) {
            if (status == CUDA_SUCCESS) {
                status = cuMemFree(next.address);
            }
            allocated.addAndGet(-Math.max(next.bytes, 1));
        }
        if (status != CUDA_SUCCESS) { // whoever used the memory is told by what they do next
            LOG.log(Level.DEBUG, Status.describe(status, "freeing memory"));
        }
    }

    // ---- memory ----

    public String name() {
        return name;
    }

    public int multiprocessors() {
        return multiprocessors;
    }

    /** Threads that can be under way at once. */
    int residentThreads() {
        return multiprocessors * threadsPerMultiprocessor;
    }

    /** 90 for 9.0. */
    public int computeCapability() {
        return computeCapability;
    }

    public boolean tf32() {
        return options.tf32();
    }

    public Staging staging() {
        return staging;
    }

    /** A kernel of {@code native/cuda} on its way to be bound: its file and its name. */
    public Launch.Builder launch(String file, String kernel) {
        return new Launch.Builder(this, file + ".cu " + kernel, modules.function(file, kernel));
    }

    /** Kernels that are made at run time. */
    public Modules modules() {
        return modules;
    }

    /**
     * Zeroed memory.
     *
     * @throws OutOfMemoryException saying what was asked for, held and free
     */
    long allocate(long bytes) {
        takeStream();
        try {
            return allocateNow(Math.max(bytes, 1));
        } finally {
            leaveStream();
        }
    }

    private long allocateNow(long size) {
        long held = allocated.addAndGet(size) - size;
        long[] address = new long[1];
        long budget = options.memoryBudget();
        int status = budget > 0 && held + size > budget ? CUDA_ERROR_OUT_OF_MEMORY : cuMemAlloc(address, size);
        if (status == CUDA_SUCCESS) {
            Status.check(cuMemsetD8Async(address[0], (byte) 0, size, stream), "cuMemsetD8Async");
            return address[0];
        }
        allocated.addAndGet(-size);
        if (status != CUDA_ERROR_OUT_OF_MEMORY) {
            throw new CudaException(Status.describe(status, "cuMemAlloc of " + size + " bytes"));
        }
        throw OutOfMemoryException.withFree("cuda", size, held, budget > 0 ? budget - held : freeBytes());
    }

    /** Frees memory once the work under way is done, and no graph is being recorded. */
    void free(long address, long bytes) {
        freed.add(new Freed(address, bytes));
        freeWaiting();
    }

    /** Bytes that the GPU has left, for whomever. */
    long freeBytes() {
        enter();
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            Status.check(cuMemGetInfo(free, total), "cuMemGetInfo");
            return free.get();
        }
    }

    /** Bytes held here, the workspace not counted. */
    public long allocatedBytes() {
        return allocated.get() - (workspace == 0 ? 0 : workspaceBytes);
    }

    /** Memory for the library calls of the stream, which run one after the other: less where there is little. */
    public synchronized long workspace() {
        while (workspace == 0) {
            try {
                workspace = allocate(workspaceBytes);
            } catch (OutOfMemoryException e) {
                if (workspaceBytes <= LEAST_WORKSPACE) {
                    throw e;
                }
                workspaceBytes /= 4;
            }
        }
        return workspace;
    }

    public synchronized long workspaceBytes() {
        workspace();
        return workspaceBytes;
    }

    /** Waits until all that was asked for is done; an error of any of it shows here. */
    public void synchronize() {
        Status.check(cuStreamSynchronize(stream), "work on the GPU");
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        takeStream();
        try {
            end();
        } finally {
            leaveStream();
        }
    }

    private void end() {
        cuStreamSynchronize(stream); // whatever failed has been told
        modules.close();
        staging.close();
        if (workspace != 0) {
            cuMemFree(workspace);
        }
        cuStreamDestroy(stream);
    }
}
