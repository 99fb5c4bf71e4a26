package schuss.backend;

/** One step of a program bound to its memory. Running it allocates nothing. */
@FunctionalInterface
public interface Kernel {
    void run();

    /** Releases what {@link Prepared#bind} made. */
    default void close() {}
}
