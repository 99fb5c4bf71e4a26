package schuss.backend.cpu;

import java.nio.ByteBuffer;

/**
 * The C interface {@code native/include/schuss/schuss.h}, one method per function under its C name. The build generates
 * the declarations from the header. Call {@link #load()} first.
 */
final class Native extends NativeBinding {
    private static final String OWN = "own";
    private static final String OPENMP = "openmp";

    private static boolean loaded;

    private static String threads; // whose they are

    private Native() {}

    /**
     * Loads the library once and chooses the kernels' instruction set: the system property {@code schuss.isa}, which is
     * {@code best} (the default), {@code avx512}, {@code avx2} or {@code baseline}. Threads are ours unless the system
     * property {@code schuss.threads} is {@code openmp} or oneDNN cannot be told to use them.
     *
     * @throws schuss.backend.UnavailableException if the library cannot be loaded
     * @throws IllegalStateException if this CPU lacks what was asked for
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        NativeLibraries.load();
        check(schuss_initialise(System.getProperty("schuss.isa", "best")));
        threads = chooseThreads(System.getProperty("schuss.threads", OWN));
        loaded = true;
    }

    /** Whose threads do the work, for people to read. */
    static synchronized String threads() {
        return threads;
    }

    private static String chooseThreads(String asked) {
        switch (asked) {
            case OWN:
                return schuss_own_teams(1) == 0
                        ? "threads of its own"
                        : "threads of OpenMP, since " + schuss_last_error();
            case OPENMP:
                return "threads of OpenMP, as asked";
            default:
                throw new IllegalStateException(
                        "system property schuss.threads: expected " + OWN + " or " + OPENMP + ", got " + asked);
        }
    }

    /**
     * Passes a status of 0 through and turns any other into the exception that the native message describes.
     *
     * @throws IllegalStateException if {@code status} is not 0
     */
    static void check(int status) {
        if (status != 0) {
            throw new IllegalStateException(schuss_last_error());
        }
    }

    /** Memory that lies here, as a buffer that does not own it. */
    static native ByteBuffer buffer(long address, long bytes);
}
