package schuss.backend;

/** Memory was refused; says how much was asked for, held and allowed. What was held before is still there. */
public final class OutOfMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** When {@code asked} bytes could not be had beside {@code held} bytes, with {@code limit} bytes allowed. */
    public OutOfMemoryException(String backend, long asked, long held, long limit) {
        super(backend + " memory: expected room for " + megabytes(asked) + ", got a limit of " + megabytes(limit)
                + " of which " + megabytes(held) + " are in use");
    }

    /** When {@code asked} bytes could not be had beside {@code held} bytes, with {@code free} bytes left for anyone. */
    public static OutOfMemoryException withFree(String backend, long asked, long held, long free) {
        return new OutOfMemoryException(backend + " memory: expected room for " + megabytes(asked) + ", got "
                + megabytes(free) + " free beside " + megabytes(held)
                + " held by this device; use smaller batches, close models that are no longer needed, or raise the"
                + " memory budget where one is set");
    }

    /** When Java's own memory has no room for {@code asked} bytes. */
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
