package schuss.backend;

/**
 * Times what a device does between marks. Marks are set while work is being asked for, and read once all of it is done: a
 * device that works behind the host's back is never waited for in between, so it runs as it does unwatched.
 *
 * <pre>{@code
 * try (Stopwatch watch = backend.stopwatch()) {
 *     watch.start();
 *     watch.mark();
 *     executable.run();
 *     watch.mark();
 *     double[] micros = watch.stop(); // one number
 * }
 * }</pre>
 *
 * <p>For the thread that runs the work, and for one measurement at a time; it may start again after each stop.
 */
public interface Stopwatch extends AutoCloseable {
    /** Forgets earlier marks. On a GPU it also gives it something to do, lest it wait for the host in what follows. */
    void start();

    /** Marks the moment at which all work that has been asked for is done. */
    void mark();

    /** Waits for the work and returns the microseconds between each mark and the next. */
    double[] stop();

    @Override
    void close();
}
