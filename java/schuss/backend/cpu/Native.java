package schuss.backend.cpu;

import java.nio.ByteBuffer;

/**
 * The C interface {@code native/include/schuss/schuss.h}, function by function under its C name; the build makes the
 * declarations from that header. {@link #load()} comes first.
 */
final class Native extends NativeBinding {
    private static boolean loaded;

    private Native() {}

    /**
     * Loads the library once and chooses the kernels' instruction set: the system property {@code schuss.isa}, which is
     * {@code best} (the default), {@code avx512}, {@code avx2} or {@code baseline}.
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
        loaded = true;
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
