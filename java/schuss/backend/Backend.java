package schuss.backend;

import java.util.List;
import schuss.DType;
import schuss.ir.Program;
import schuss.ir.Step;
import schuss.ops.Op;
import schuss.passes.Capabilities;

/**
 * A way to run programs. It works in two phases: {@link #prepare} chooses an implementation for a step and says what
 * memory it needs; then all memory is planned; then the prepared step is bound to its addresses.
 */
public interface Backend extends AutoCloseable {
    /** The name in errors and reports: cpu, reference. */
    String name();

    /** What it runs on, in one line: processor, instruction set, threads, libraries. */
    String describe();

    /** Bytes that one element of this type takes in this backend's memory. */
    int bytes(DType type);

    /** What it can do beyond single ops, with so many threads. */
    default Capabilities abilities(int threads) {
        return Capabilities.NONE;
    }

    /** How many of so many threads a program is worth: with one, it runs on whichever thread asks for it. */
    default int threads(Program program, int most) {
        return most;
    }

    /** Whether its programs run on the device's own thread only, however small they are. */
    default boolean confined() {
        return false;
    }

    /** Whether kernels expect every buffer to begin on a multiple of {@link schuss.passes.Plan#ALIGNMENT} bytes. */
    default boolean aligned() {
        return true;
    }

    /** Prepares the calling thread for what follows: preparing and binding steps, or running kernels. */
    default void enter() {}

    /** A kernel that runs another and looks at what it did, where this backend was asked to. */
    default Kernel watched(Step step, Addresses at, Kernel kernel) {
        return kernel;
    }

    /**
     * A kernel that runs others one after the other, over and over. They stay whoever's they are: closing it, which comes
     * first, leaves them open.
     */
    default Kernel whole(List<Kernel> kernels) {
        Kernel[] all = kernels.toArray(Kernel[]::new);
        return () -> {
            for (Kernel kernel : all) {
                kernel.run();
            }
        };
    }

    /** A clock for what is run from now on, by the thread that runs it. */
    default Stopwatch stopwatch() {
        return new HostStopwatch();
    }

    /**
     * Chooses an implementation.
     *
     * @param threads how many threads its kernel may use
     * @throws IllegalStateException naming op and backend when there is no kernel
     */
    Prepared prepare(Step step, int threads);

    /**
     * Zeroed memory.
     *
     * @throws schuss.backend.OutOfMemoryException when the budget or the machine has no more
     */
    Memory allocate(long bytes);

    /**
     * Adds a kernel for an op of the user's own, or replaces one.
     *
     * @throws IllegalStateException where addresses are no memory that a kernel could reach
     */
    <O extends Op> void registerNative(Class<O> op, KernelFactory<O> factory);

    /** Adds a kernel in plain Java. */
    <O extends Op> void register(Class<O> op, ArrayKernel<O> kernel);

    /** What it chose by timing, as text; empty where nothing is. With equal choices, results are equal to the bit. */
    default String planChoices() {
        return "";
    }

    /**
     * Chooses from now on as before, where that was on such a device, and says whether it was.
     *
     * @throws IllegalArgumentException when this is no text of {@link #planChoices}
     */
    default boolean restorePlanChoices(String text) {
        return text.isEmpty();
    }

    /** Bytes in use. */
    long allocatedBytes();

    @Override
    void close();
}
