package schuss.backend;

import java.util.List;
import schuss.DType;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.passes.Capabilities;

/**
 * A way to run programs on one kind of device. It works in two phases: {@link #prepare} chooses an implementation for
 * every step and states the memory it needs; after all memory has been planned, the prepared steps are bound to their
 * addresses. Users work with {@link schuss.Device} instead.
 */
public interface Backend extends AutoCloseable {
    /** {@return the name in errors and reports, such as {@code cpu} or {@code reference}} */
    String name();

    /** {@return what it runs on, in one line: processor, instruction set, threads, libraries} */
    String describe();

    /**
     * {@return the size of one element of a type in this backend's memory, in bytes}
     *
     * @param type the element type
     */
    int bytes(DType type);

    /**
     * {@return what it can do beyond single ops}
     *
     * @param threads the number of threads its kernels may use
     */
    default Capabilities abilities(int threads) {
        return Capabilities.NONE;
    }

    /**
     * {@return how many threads a program should use} A program with a single thread runs on whichever thread asks for
     * it.
     *
     * @param program the program
     * @param most the number of threads available
     */
    default int threads(Program program, int most) {
        return most;
    }

    /** {@return whether all its programs, however small, must run on the device's own thread} */
    default boolean confined() {
        return false;
    }

    /**
     * {@return whether its kernels expect every buffer to start at a multiple of {@link schuss.passes.Plan#ALIGNMENT}
     * bytes}
     */
    default boolean aligned() {
        return true;
    }

    /** Prepares the calling thread before steps are prepared or bound, or kernels are run. */
    default void enter() {}

    /**
     * Wraps a kernel in one that also checks its results, if this backend was asked to; otherwise returns it unchanged.
     *
     * @param step that the kernel computes
     * @param at the addresses it is bound to
     * @param kernel the kernel
     * @return the kernel to run
     */
    default Kernel watched(Step step, Addresses at, Kernel kernel) {
        return kernel;
    }

    /**
     * Makes one kernel of several that run one after the other, many times. The kernels stay with their owner: closing
     * the result, which happens first, leaves them open.
     *
     * @param kernels in the order in which they run
     * @return the kernel
     */
    default Kernel whole(List<Kernel> kernels) {
        Kernel[] all = kernels.toArray(Kernel[]::new);
        return () -> {
            for (Kernel kernel : all) {
                kernel.run();
            }
        };
    }

    /** {@return a stopwatch for the work of the calling thread} */
    default Stopwatch stopwatch() {
        return new HostStopwatch();
    }

    /**
     * Chooses an implementation for a step.
     *
     * @param step the step
     * @param threads how many threads its kernel may use
     * @return the step, ready to be bound to memory
     * @throws IllegalStateException naming op and backend if there is no kernel
     */
    Prepared prepare(Step step, int threads);

    /**
     * Allocates zeroed memory.
     *
     * @param bytes its size
     * @return the memory
     * @throws schuss.backend.OutOfMemoryException if the budget or the machine has no more
     */
    Memory allocate(long bytes);

    /**
     * Adds a kernel for an op of the user's own, or replaces one.
     *
     * @param <O> the kind of op
     * @param op its class
     * @param factory prepares the kernel
     * @throws IllegalStateException if this backend's memory has no addresses that a kernel could use
     */
    <O extends Op> void registerNative(Class<O> op, KernelFactory<O> factory);

    /**
     * Adds a kernel in plain Java for an op of the user's own, or replaces one.
     *
     * @param <O> the kind of op
     * @param op its class
     * @param kernel the kernel
     */
    <O extends Op> void register(Class<O> op, ArrayKernel<O> kernel);

    /**
     * {@return the implementations that it chose by timing, as text; empty if there are none} Equal choices give
     * bit-identical results, so checkpoints save them.
     */
    default String planChoices() {
        return "";
    }

    /**
     * Uses the choices of an earlier run from now on, if they were made on such a device.
     *
     * @param text what {@link #planChoices} returned
     * @return whether they were
     * @throws IllegalArgumentException if the text was not made by {@link #planChoices}
     */
    default boolean restorePlanChoices(String text) {
        return text.isEmpty();
    }

    /** {@return the number of bytes in use} */
    long allocatedBytes();

    @Override
    void close();
}
