package schuss.backend;

/** One step of a program, bound to its memory and ready to run. */
@FunctionalInterface
public interface Kernel {
    /** Runs the step. Must not allocate. */
    void run();

    /**
     * {@return whether every run only submits the same work to the GPU, at the same addresses, without waiting for it}
     * Such kernels can be recorded once and launched together. False unless a kernel says otherwise.
     */
    default boolean recordable() {
        return false;
    }

    /** Releases what {@link Prepared#bind} made. */
    default void close() {}
}
