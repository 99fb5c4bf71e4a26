package schuss.backend;

/**
 * Thrown when memory cannot be allocated. The message says how much was asked for, how much is in use and how much is
 * allowed. Memory that was allocated before stays valid.
 */
public final class OutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * The budget of a device is exhausted.
     *
     * @param backend its name
     * @param asked the number of bytes asked for
     * @param held the number of bytes in use
     * @param limit the budget in bytes
     */
    public OutOfMemoryException(String backend, long asked, long held, long limit) {
        super(backend + " memory: expected room for " + megabytes(asked) + ", got a limit of " + megabytes(limit)
                + " of which " + megabytes(held) + " are in use");
    }

    /**
     * {@return an exception for a machine with too little free memory}
     *
     * @param backend the name of the device
     * @param asked the number of bytes asked for
     * @param held the number of bytes that this device uses
     * @param free the number of bytes left for everybody
     */
    public static OutOfMemoryException withFree(String backend, long asked, long held, long free) {
        return new OutOfMemoryException(backend + " memory: expected room for " + megabytes(asked) + ", got "
                + megabytes(free) + " free beside " + megabytes(held)
                + " held by this device; use smaller batches, close models that are no longer needed, or raise the"
                + " memory budget where one is set");
    }

    /**
     * {@return an exception for a Java heap that is too small}
     *
     * @param asked the number of bytes asked for
     */
    public static OutOfMemoryException ofJava(long asked) {
        return new OutOfMemoryException("Java memory: expected room for " + megabytes(asked) + ", got a limit of "
                + megabytes(Runtime.getRuntime().maxMemory()) + "; -Xmx8g, say, allows more");
    }

    private OutOfMemoryException(String message) {
        super(message);
    }

    private static String megabytes(long bytes) {
        return bytes < 100_000 ? bytes + " bytes" : String.format(java.util.Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
