package schuss.backend.cpu;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The C interface {@code native/include/schuss/schuss.h}, function by function under its C name; the build makes the
 * declarations from that header. {@link #load()} comes first.
 */
@Properties(
        value =
                @Platform(
                        library = "jnischuss",
                        // In this order: each needs those before it. They lie in the jars of the two libraries.
                        preload = {"gomp@.1", "dnnl@.3", "quadmath@.0", "gfortran@.5", "openblas@.0"},
                        preloadresource = {"/org/bytedeco/dnnl/", "/org/bytedeco/openblas/"}))
final class Native extends NativeBinding {
    private static final String JAVACPP = "1.5.13";
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
     * @throws IllegalStateException if the library cannot be loaded, or this CPU lacks what was asked for
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        try {
            Loader.load(Native.class);
        } catch (UnsatisfiedLinkError error) {
            throw explain(error);
        } catch (NoClassDefFoundError error) {
            throw new IllegalStateException(
                    "Schuss needs the jar org.bytedeco:javacpp:" + JAVACPP + " on the class path", error);
        }
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

    private static IllegalStateException explain(UnsatisfiedLinkError error) {
        String all = messages(error);
        if (all.contains("already loaded in another classloader")) {
            return new IllegalStateException(
                    "Schuss's native library is already loaded by another class loader of this JVM, which allows only"
                            + " one: put schuss and javacpp where both see the same classes",
                    error);
        }
        String platform = Loader.getPlatform();
        for (String[] part : new String[][] {
            {"gomp", "org.bytedeco:dnnl"}, {"dnnl", "org.bytedeco:dnnl"}, {"openblas", "org.bytedeco:openblas"}
        }) {
            if (all.contains("lib" + part[0])
                    && Native.class.getResource(
                                    "/" + part[1].replace("org.bytedeco:", "org/bytedeco/") + "/" + platform)
                            == null) {
                return new IllegalStateException(
                        "Schuss needs the native jar " + part[1] + " with the classifier " + platform
                                + " on the class path: lib" + part[0] + " is missing",
                        error);
            }
        }
        return new IllegalStateException("Schuss's native library cannot be loaded on " + platform + ": " + all, error);
    }

    private static String messages(Throwable error) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            text.append(text.length() == 0 ? "" : "; ").append(cause.getMessage());
        }
        return text.toString();
    }
}
