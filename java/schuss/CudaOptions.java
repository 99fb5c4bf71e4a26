package schuss;

/**
 * How to use a GPU.
 *
 * <pre>{@code
 * try (Device device = Device.cuda(CudaOptions.DEFAULT.withTf32(true).withMemoryBudget(8L << 30))) {
 *     System.out.println(device.describe());
 * }
 * }</pre>
 *
 * @param ordinal which GPU of the machine, counted from 0
 * @param tf32 whether products of singles may round their operands to 10 bits of fraction, which is faster
 * @param memoryBudget the most bytes to hold on the GPU; 0 for what it has free. What the driver keeps for itself is not
 *     counted: kernels, and programs that run often, which it launches as one graph
 * @param debug whether to launch step by step and wait after each, so that a fault names the step it is of, and to look for
 *     NaN in what it wrote: slow, for finding faults
 */
public record CudaOptions(int ordinal, boolean tf32, long memoryBudget, boolean debug) {
    /** The first GPU, exact singles, all free memory. */
    public static final CudaOptions DEFAULT = new CudaOptions(0, false, 0, false);

    public CudaOptions {
        if (ordinal < 0) {
            throw new IllegalArgumentException("CudaOptions: expected a GPU counted from 0, got " + ordinal);
        }
        if (memoryBudget < 0) {
            throw new IllegalArgumentException(
                    "CudaOptions: expected a memory budget of at least 0 bytes, got " + memoryBudget);
        }
    }

    public CudaOptions withOrdinal(int other) {
        return new CudaOptions(other, tf32, memoryBudget, debug);
    }

    public CudaOptions withTf32(boolean allowed) {
        return new CudaOptions(ordinal, allowed, memoryBudget, debug);
    }

    public CudaOptions withMemoryBudget(long bytes) {
        return new CudaOptions(ordinal, tf32, bytes, debug);
    }

    public CudaOptions withDebug(boolean on) {
        return new CudaOptions(ordinal, tf32, memoryBudget, on);
    }
}
