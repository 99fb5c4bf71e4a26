package schuss.backend;

/** One step of a program bound to its memory. Running it allocates nothing. */
@FunctionalInterface
public interface Kernel {
    void run();

    /**
     * Whether a run only asks the GPU for work, the same each time and at the same addresses, without waiting for any of it:
     * then a GPU can be asked once for all runs to come. Nobody knows that of a kernel that does not say so.
     */
    default boolean recordable() {
        return false;
    }

    /** Releases what {@link Prepared#bind} made. */
    default void close() {}
}
