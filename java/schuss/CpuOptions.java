package schuss;

/**
 * How to use the processor.
 *
 * @param threads of a kernel at most; 0 for as many as there are cores that this process may use
 * @param provider who computes matrix products
 */
public record CpuOptions(int threads, Provider provider) {
    /** The most threads of a device: the libraries' own room for threads ends not far above. */
    public static final int MOST_THREADS = 1024;

    /** All cores, and the faster library for each shape. */
    public static final CpuOptions DEFAULT = new CpuOptions(0, Provider.BEST);

    /** Who computes matrix products on the processor. */
    public enum Provider {
        /** The faster one for each shape. */
        BEST,
        /** OpenBLAS for all. */
        OPENBLAS
    }

    public CpuOptions {
        if (threads < 0 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "Device: expected 1 to " + MOST_THREADS + " threads, or 0 for all cores, got " + threads);
        }
    }
}
