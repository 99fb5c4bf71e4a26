package schuss.backend;

/**
 * Measures how long a device takes between marks. Marks are set while work is submitted and read when all of it is
 * done. A device that works asynchronously is never waited for in between, so it runs as it does unobserved.
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
 * <p>For use by the thread that runs the work, for one measurement at a time. It can be started again after each stop.
 */
public interface Stopwatch extends AutoCloseable {
    /**
     * Forgets earlier marks. On a GPU it also submits some work, so that the GPU does not wait for the host afterwards.
     */
    void start();

    /** Marks the moment at which all work submitted so far is done. */
    void mark();

    /**
     * Waits for the work.
     *
     * @return the microseconds between each mark and the next
     */
    double[] stop();

    @Override
    void close();
}
