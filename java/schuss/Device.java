package schuss;

import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import schuss.backend.ArrayKernel;
import schuss.backend.Backend;
import schuss.backend.BackendProvider;
import schuss.backend.KernelFactory;
import schuss.backend.UnavailableException;
import schuss.internal.Inside;
import schuss.ir.Program;
import schuss.ops.Op;

/**
 * Where tensors and models live and compute. A device owns one thread, on which all work that uses several cores runs.
 * Closing it closes all that still lives on it.
 *
 * <pre>{@code
 * try (Device device = Device.best()) {
 *     System.out.println(device.describe());
 * }
 * }</pre>
 */
public final class Device implements AutoCloseable {
    static {
        Inside.show(Device.class, Backend.class, Device::backend);
    }

    private static final System.Logger LOG = System.getLogger("schuss");

    private final Backend backend;
    private final int threads;
    private final Cleaner cleaner = Cleaner.create();
    private final Set<Resource> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService worker;
    private final ReentrantLock turn =
            new ReentrantLock(true); // whoever works on the device has it, in order of coming
    private final CountDownLatch allReleased = new CountDownLatch(1);
    private volatile boolean closed;

    private Device(Backend backend, int threads) {
        this.backend = backend;
        this.threads = threads;
        this.worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "schuss-" + backend.name());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The first GPU where CUDA is available, else the processor; a DEBUG log line says which and why. */
    public static Device best() {
        StringBuilder why = new StringBuilder();
        for (BackendProvider provider : Devices.all()) {
            Optional<String> cause = provider.unavailabilityCause();
            if (cause.isEmpty() && provider.preference() >= 0) {
                try {
                    Device device = open(provider.name());
                    LOG.log(System.Logger.Level.DEBUG, () -> "best device: " + device.describe() + why);
                    return device;
                } catch (RuntimeException e) {
                    cause = Optional.of(e.getMessage()); // another process may have it for itself
                }
            }
            cause.ifPresent(c -> why.append("; ")
                    .append(provider.name())
                    .append(": unavailable: ")
                    .append(c));
        }
        throw new UnavailableException("device: expected one that is available" + why, null);
    }

    /** The kinds of devices there are, available or not, by {@link java.util.ServiceLoader}. */
    public static List<BackendProvider> kinds() {
        return Devices.all();
    }

    /**
     * A device by the name of its kind, with the usual settings.
     *
     * @throws IllegalArgumentException if there is no such kind; the message lists those there are
     * @throws IllegalStateException saying why it is not available
     */
    public static Device open(String kind) {
        return open(kind, null);
    }

    /** {@link #open(String)} with settings of the kind's own, such as {@link CpuOptions}. */
    public static Device open(String kind, Object settings) {
        BackendProvider provider = Devices.named(kind);
        return new Device(provider.open(settings), provider.threads(settings));
    }

    /** The processor, with as many threads as it has cores that this process may use. */
    public static Device cpu() {
        return open("cpu");
    }

    /** The processor with this many threads. */
    public static Device cpu(int threads) {
        return cpu(threads, CpuOptions.Provider.BEST);
    }

    /**
     * The processor with this many threads and matrix products from one library only.
     *
     * @throws IllegalArgumentException if they are none, or more than {@link CpuOptions#MOST_THREADS}
     */
    public static Device cpu(int threads, CpuOptions.Provider provider) {
        if (threads < 1 || threads > CpuOptions.MOST_THREADS) {
            throw new IllegalArgumentException(
                    "Device: expected 1 to " + CpuOptions.MOST_THREADS + " threads, got " + threads);
        }
        return open("cpu", new CpuOptions(threads, provider));
    }

    /**
     * The first GPU.
     *
     * @throws IllegalStateException naming the cause where CUDA is not available
     */
    public static Device cuda() {
        return open("cuda");
    }

    /**
     * A GPU. Several devices may be open on one.
     *
     * @throws IllegalStateException naming the cause where CUDA is not available
     */
    public static Device cuda(CudaOptions options) {
        return open("cuda", options);
    }

    /**
     * Why {@link #cuda()} would fail, with what to do about it: empty where CUDA can be used. The first call looks for
     * CUDA and loads it; what it finds is remembered. The system property {@code schuss.cuda.libraries} names the folders
     * to take its libraries from, several with {@code :} between, instead of those where they usually lie.
     */
    public static Optional<String> cudaUnavailabilityCause() {
        return Devices.named("cuda").unavailabilityCause();
    }

    /** Plain Java in double: slow, and right. For checks. */
    public static Device reference() {
        return open("reference");
    }

    /** What computes: {@code cpu}, {@code cuda} or {@code reference}, or the name of a kind that {@link #kinds} lists. */
    public String kind() {
        return backend.name();
    }

    Backend backend() {
        return backend;
    }

    public int threads() {
        return threads;
    }

    /** How many of them a program is worth. */
    int threads(Program program) {
        return backend.threads(program, threads);
    }

    /** What it is, in one line. */
    public String describe() {
        return backend.describe();
    }

    /** Bytes of memory that tensors, models and trainers hold here. */
    public long allocatedBytes() {
        return backend.allocatedBytes();
    }

    /** Adds a kernel for an op of your own, in plain Java. */
    public <O extends Op> void register(Class<O> op, ArrayKernel<O> kernel) {
        expectOpen();
        backend.register(op, kernel);
    }

    /**
     * Adds a native kernel for an op of your own, which receives raw addresses: on the processor those of native memory,
     * f32 as floats, row-major.
     *
     * @throws IllegalStateException on the reference device, whose memory has no addresses
     */
    public <O extends Op> void registerNative(Class<O> op, KernelFactory<O> factory) {
        expectOpen();
        backend.registerNative(op, factory);
    }

    /**
     * Runs work on the device's own thread and waits for it. Native libraries keep their team of threads per calling
     * thread, so all that uses several cores passes through here. One piece of work runs at a time, in order of coming.
     */
    public <T> T call(Callable<T> work) {
        expectOpen();
        try {
            return isWorking() ? work.call() : await(submit(work));
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (Exception e) {
            throw rethrown(e);
        }
    }

    /**
     * Like {@link #call}, for work of one thread: on the calling thread, where the backend allows that. Waking another
     * thread and being woken by it takes longer than a small step.
     */
    <T> T callHere(Callable<T> work) {
        if (backend.confined()) {
            return call(work);
        }
        turn.lock();
        try {
            expectOpen();
            return work.call();
        } catch (Exception e) {
            throw rethrown(e);
        } finally {
            turn.unlock();
        }
    }

    private <T> Future<T> submit(Callable<T> work) {
        return worker.submit(() -> {
            turn.lock();
            try {
                return work.call();
            } finally {
                turn.unlock();
            }
        });
    }

    /** Whether this thread works on the device. */
    private boolean isWorking() {
        return turn.isHeldByCurrentThread();
    }

    /** An interrupt is kept for later: the work uses memory that must stay until it is done. */
    private static <T> T await(Future<T> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException rethrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException exception) {
            return exception;
        }
        return new IllegalStateException(cause);
    }

    void opened(Resource resource) {
        synchronized (open) {
            expectOpen();
            open.add(resource);
        }
    }

    void closed(Resource resource) {
        open.remove(resource);
    }

    Cleaner cleaner() {
        return cleaner;
    }

    private void expectOpen() {
        if (closed) {
            throw new IllegalStateException(this + ": expected it open, got it closed");
        }
    }

    /** Frees what a resource owns while nobody works on the device; one that closes does so with all that lives on it. */
    void release(Resource resource) {
        boolean interrupted = false;
        try {
            call(() -> {
                resource.release();
                return null;
            });
        } catch (IllegalStateException e) {
            if (!closed) {
                throw e;
            }
            while (allReleased.getCount() > 0) {
                try {
                    allReleased.await();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Fails within work on the device: it uses what would be freed. */
    void expectOtherThread(String what) {
        if (isWorking()) {
            throw new IllegalStateException(
                    what + ": expected it from outside of the work on the device, got it from within");
        }
    }

    @Override
    public void close() {
        expectOtherThread("close of " + this);
        List<Resource> owners;
        synchronized (open) {
            if (closed) {
                return;
            }
            closed = true; // nothing opens or begins from here on
            owners = List.copyOf(open);
        }
        try {
            await(submit(() -> {
                owners.forEach(Resource::release);
                return null;
            }));
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } finally {
            allReleased.countDown();
            worker.shutdown();
            backend.close();
            LinkedRecords.forget();
        }
    }

    /** Like {@code Device cpu}. */
    @Override
    public String toString() {
        return "Device " + backend.name();
    }
}
