package schuss.train.loop;

import java.util.Arrays;
import schuss.data.Dataset;
import schuss.data.augment.Augmenter;

/**
 * Reads the batches of one epoch in their order: when they are asked for, or ahead of that by workers, each of which
 * reads whole batches into a few buffers in turn. What a batch holds depends on its number alone.
 */
final class Loader implements AutoCloseable {
    private static final int BUFFERS_BESIDE_WORKERS = 1; // what is read waits in them
    private static final double NANOS = 1e9;

    private final Dataset data;
    private final Batches batches;
    private final int[] order;
    private final Augmenter augmenter; // of the training thread
    private final HostBatch[] buffers; // batch b is read into buffer b % buffers.length
    private final int[] held; // the batch that is ready in each buffer
    private final Throwable[] failures; // why it is not
    private final Thread[] threads;
    private int next; // to be read
    private int taken; // how many batches have left their buffers, from the first of the epoch on
    private boolean closed;
    private long waited;

    /** Begins to read from a batch on, in the order given. */
    Loader(Settings settings, Dataset data, Batches batches, int epoch, int firstBatch, int... order) {
        this.data = data;
        this.batches = batches;
        this.order = order;
        Loading loading = settings.loading();
        augmenter = loading.augmenter(data, settings.seed(), epoch);
        next = firstBatch;
        taken = firstBatch;
        threads = new Thread[Math.min(loading.workers(), batches.count() - firstBatch)];
        buffers = new HostBatch[threads.length == 0 ? 0 : threads.length + BUFFERS_BESIDE_WORKERS];
        Arrays.setAll(buffers, i -> HostBatch.of(data, batches.size()));
        held = new int[buffers.length];
        Arrays.fill(held, -1);
        failures = new Throwable[buffers.length];
        for (int i = 0; i < threads.length; i++) {
            Augmenter own = loading.augmenter(data, settings.seed(), epoch);
            threads[i] = new Thread(() -> readAhead(own), "schuss-data-" + i);
            threads[i].setDaemon(true);
        }
        for (Thread thread : threads) {
            thread.start();
        }
    }

    private void readAhead(Augmenter own) {
        for (int batch = claim(); batch >= 0; batch = claim()) {
            int buffer = batch % buffers.length;
            Throwable failure = null;
            try {
                buffers[buffer].read(data, order, batch * batches.size(), batches.examplesOf(batch), own);
            } catch (Throwable e) { // the training thread throws it, whatever it is
                failure = e;
            }
            synchronized (this) {
                failures[buffer] = failure;
                held[buffer] = batch;
                notifyAll();
            }
        }
    }

    /** The next batch to read, once there is a buffer for it; -1 when there are no more. */
    private synchronized int claim() {
        while (!closed && next < batches.count() && next - taken >= buffers.length) {
            pause(); // nobody interrupts a worker
        }
        return closed || next >= batches.count() ? -1 : next++;
    }

    /** Waits, holding the monitor, until something has changed. Returns whether it was interrupted instead. */
    private boolean pause() {
        try {
            wait();
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** Puts a batch, the one after the last, where programs read it. */
    void load(int batch, Batch target) {
        long began = System.nanoTime();
        if (threads.length == 0) {
            reload(batch, target);
        } else {
            HostBatch ready = take(batch);
            target.load(data, ready, batches.examplesOf(batch));
            giveBack(batch);
        }
        waited += System.nanoTime() - began;
    }

    /** Puts any batch there once more, read anew. */
    void reload(int batch, Batch target) {
        target.load(data, order, batch * batches.size(), batches.examplesOf(batch), augmenter);
    }

    private synchronized HostBatch take(int batch) {
        int buffer = batch % buffers.length;
        boolean interrupted = false;
        while (held[buffer] != batch) {
            interrupted |= pause();
        }
        if (interrupted) { // is for whoever looks for it: a batch is trained on to its end
            Thread.currentThread().interrupt();
        }
        if (failures[buffer] instanceof RuntimeException e) {
            throw e;
        }
        if (failures[buffer] instanceof Error e) {
            throw e;
        }
        if (failures[buffer] != null) { // other languages' methods throw what they do not declare
            throw new IllegalStateException(failures[buffer]);
        }
        return buffers[buffer];
    }

    private synchronized void giveBack(int batch) {
        taken = batch + 1;
        notifyAll();
    }

    /** The seconds in which training had no data to work on. */
    double waitedSeconds() {
        return waited / NANOS;
    }

    /** Ends the workers, and returns when they have ended: nobody reads the data any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
