package schuss;

import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/**
 * What an owner must close, held apart from the owner so that a forgotten owner can be noticed: when it is collected
 * without having been closed, its memory is freed and the place where it was made is reported.
 */
final class Resource implements Runnable, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("schuss");

    private final String owner;
    private final Device device;
    private final Throwable madeHere;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private Cleaner.Cleanable cleanable;
    private final StampedLock lock = new StampedLock(); // users read, whoever replaces or frees writes
    private volatile boolean closed;

    private Resource(String owner, Device device) {
        this.owner = owner;
        this.device = device;
        this.madeHere = new Throwable(owner + " was made here");
    }

    /** The resource of an object that lives on a device. */
    static Resource of(Object object, String owner, Device device) {
        Resource resource = new Resource(owner, device);
        device.opened(resource);
        resource.cleanable = device.cleaner().register(object, resource);
        return resource;
    }

    /** Adds something that closes with the owner, before all that was added earlier. */
    synchronized <T extends AutoCloseable> T own(T closeable) {
        if (closed) {
            closeQuietly(closeable);
            throw new IllegalStateException(owner + ": expected it open, got it closed");
        }
        owned.push(closeable);
        return closeable;
    }

    /** Closes something that was added before its time, on the device, where nothing uses it. */
    void disown(AutoCloseable closeable) {
        try {
            device.call(() -> {
                long stamp = lock.writeLock();
                try {
                    if (remove(closeable)) {
                        closeQuietly(closeable);
                    }
                } finally {
                    lock.unlockWrite(stamp);
                }
                return null;
            });
        } catch (IllegalStateException e) {
            if (!device.isClosed()) {
                throw e;
            } // else it closes, and all that lives on it
        }
    }

    private synchronized boolean remove(AutoCloseable closeable) {
        return owned.remove(closeable);
    }

    /** Adds what {@code maker} makes. When that fails the owner's constructor does too, so all is closed. */
    <T extends AutoCloseable> T make(Supplier<T> maker) {
        try {
            return own(maker.get());
        } catch (RuntimeException | Error e) {
            release();
            cleanable.clean();
            throw e;
        }
    }

    /** Fails when the owner or its device is closed. */
    void check() {
        if (device.isClosed()) {
            throw new IllegalStateException(owner + ": expected its device open, got " + device + " closed");
        }
        if (closed) {
            throw new IllegalStateException(owner + ": expected it open, got it closed");
        }
    }

    /** Runs something that uses what is owned; it stays until then. */
    void use(Runnable action) {
        long stamp = enter();
        try {
            action.run();
        } finally {
            leave(stamp);
        }
    }

    /** Begins to use what is owned: it stays until {@link #leave}. */
    long enter() {
        long stamp = lock.readLock();
        try {
            check();
            return stamp;
        } catch (RuntimeException e) {
            lock.unlockRead(stamp);
            throw e;
        }
    }

    /** Ends what {@link #enter} began. */
    void leave(long stamp) {
        lock.unlockRead(stamp);
    }

    /** Runs something while nobody else uses what is owned. */
    void change(Runnable action) {
        long stamp = lock.writeLock();
        try {
            check();
            action.run();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Frees what is owned once nobody uses it: after all work queued on the device's thread and in other threads. */
    @Override
    public void close() {
        if (!closed) {
            device.expectOtherThread("close of " + owner);
            device.release(this);
        }
        cleanable.clean();
    }

    /** Called by the cleaner: the owner is gone. */
    @Override
    public void run() {
        if (!closed) {
            LOG.log(System.Logger.Level.WARNING, owner + " was never closed; its memory is freed now", madeHere);
            device.release(this);
        }
    }

    void release() {
        long stamp = lock.writeLock();
        try {
            if (!closed) {
                closed = true;
                device.closed(this);
                freeOwned();
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private synchronized void freeOwned() {
        while (!owned.isEmpty()) {
            closeQuietly(owned.pop());
        }
    }

    /** Closes something; a failure is only logged, so that the rest closes too. */
    static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "closing " + closeable + " failed", e);
        }
    }
}
