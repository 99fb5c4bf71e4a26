package schuss.backend.cuda.convolution;

import static org.bytedeco.cuda.global.cudart.*;

import java.util.Arrays;
import org.bytedeco.cuda.cudart.CUevent_st;
import schuss.backend.Kernel;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.cuda.runtime.Graph;
import schuss.backend.cuda.runtime.Scratch;
import schuss.backend.cuda.runtime.Status;
import schuss.backend.kernels.ConvolutionTask;

/**
 * Tries out ways to compute one convolution, on memory of its own: whether the numbers are right, whether the work can
 * be part of a graph, and how long it takes.
 *
 * <p>Right is what our own kernels compute. The operands are small integers, whose sums are exact in single precision,
 * so a result that is off by more than the rounding of a library's transforms comes from a wrong formula. That happens:
 * an engine of cuDNN 9.19 gets the weight gradient wrong if the padding differs between opposite sides.
 */
final class ConvolutionTrial implements AutoCloseable {
    private static final int RUNS = 5;
    private static final int NAN = 0x7fc00000;
    private static final float MOST_DIFFERENCE = 1e-3f; // of the largest expected number

    private final Gpu gpu;
    private final ConvolutionTask task;
    private final Scratch scratch;
    private final WeightOrder order;
    private final long x;
    private final long w;
    private final long y;
    private final long libraryWeights;
    private final long expected;
    private final long largest; // difference, expected number
    private long workspace;
    private long workspaceBytes;

    /** @throws schuss.backend.OutOfMemoryException when the GPU has no room for the operands and two results */
    ConvolutionTrial(Gpu gpu, ConvolutionTask task) {
        this.gpu = gpu;
        this.task = task;
        order = new WeightOrder(gpu, task.w());
        scratch = new Scratch(gpu);
        try {
            x = operand(task.x().size(), 1);
            w = operand(task.w().size(), 2);
            y = operand(task.y().size(), 3);
            libraryWeights = scratch.floats(task.w().size());
            order.toLibrary(w, libraryWeights).run();
            expected = scratch.floats(resultSize());
            largest = scratch.floats(2);
            run(bound(new DirectConvolution(gpu, task)));
            copy(result(), expected);
        } catch (RuntimeException e) {
            scratch.close();
            throw e;
        }
    }

    ConvolutionTask task() {
        return task;
    }

    private long operand(long size, int seed) {
        long address = scratch.floats(size);
        gpu.launch("trial", "trial_operand")
                .over(size)
                .pointer(address)
                .int64(size)
                .int32(seed)
                .build()
                .run();
        return address;
    }

    private long result() {
        return switch (task.pass()) {
            case FORWARD -> y;
            case DATA_GRADIENT -> x;
            case WEIGHT_GRADIENT -> w;
        };
    }

    private long resultSize() {
        return switch (task.pass()) {
            case FORWARD -> task.y().size();
            case DATA_GRADIENT -> task.x().size();
            case WEIGHT_GRADIENT -> task.w().size();
        };
    }

    private void copy(long from, long to) {
        Status.check(cuMemcpyDtoDAsync(to, from, resultSize() * Float.BYTES, gpu.stream()), "copy on the GPU");
    }

    private Kernel bound(ConvolutionMethod method) {
        if (method.workspaceBytes() > workspaceBytes || workspace == 0) {
            workspaceBytes = method.workspaceBytes();
            workspace = scratch.bytes(workspaceBytes);
        }
        return method.bind(x, method.libraryWeights() ? libraryWeights : w, y, workspace);
    }

    /** Runs a kernel to its end, so that what goes wrong shows here, and closes it. */
    private void run(Kernel kernel) {
        try {
            kernel.run();
            gpu.synchronize();
        } finally {
            kernel.close();
        }
    }

    /**
     * Checks a way to compute it, and says how far its numbers are off, as a share of the largest expected one.
     *
     * @throws CudaException saying what is wrong with it: it does not run, is not to be recorded, or computes something else
     */
    float check(ConvolutionMethod method) {
        Kernel kernel = bound(method);
        try {
            kernel.run(); // loads its code
            gpu.synchronize();
            Graph graph = new Graph(gpu, kernel);
            poison(method);
            run(graph);
            return compare(method);
        } finally {
            kernel.close();
        }
    }

    /** An element that a method forgets is found. */
    private void poison(ConvolutionMethod method) {
        Status.check(cuMemsetD32Async(target(method), NAN, resultSize(), gpu.stream()), "cuMemsetD32Async");
    }

    /** Where a method leaves its result. */
    private long target(ConvolutionMethod method) {
        boolean ofWeights = task.pass() == ConvolutionTask.Pass.WEIGHT_GRADIENT;
        return ofWeights && method.libraryWeights() ? libraryWeights : result();
    }

    private float compare(ConvolutionMethod method) {
        if (target(method) != result()) {
            order.toOurs(target(method), result()).run();
        }
        Status.check(cuMemsetD8Async(largest, (byte) 0, 2 * Float.BYTES, gpu.stream()), "cuMemsetD8Async");
        gpu.launch("trial", "trial_difference")
                .over(resultSize())
                .pointer(result())
                .pointer(expected)
                .int64(resultSize())
                .pointer(largest)
                .build()
                .run();
        float[] found = new float[2];
        gpu.staging().read(largest, found, 0, 2);
        if (!(found[0] <= MOST_DIFFERENCE * found[1])) { // NaN is wrong too
            throw new CudaException("it computes something else: expected the numbers of our own kernel, of at most "
                    + found[1] + ", got some that differ by " + found[0]);
        }
        return found[1] == 0 ? 0 : found[0] / found[1];
    }

    /** The median time of a run, in milliseconds. */
    float milliseconds(ConvolutionMethod method) {
        CUevent_st start = event();
        CUevent_st end = event();
        Kernel kernel = bound(method);
        try {
            kernel.run();
            float[] times = new float[RUNS];
            float[] time = new float[1];
            for (int i = 0; i < RUNS; i++) {
                Status.check(cuEventRecord(start, gpu.stream()), "cuEventRecord");
                kernel.run();
                Status.check(cuEventRecord(end, gpu.stream()), "cuEventRecord");
                Status.check(cuEventSynchronize(end), "cuEventSynchronize");
                Status.check(cuEventElapsedTime(time, start, end), "cuEventElapsedTime");
                times[i] = time[0];
            }
            Arrays.sort(times);
            return times[RUNS / 2];
        } finally {
            kernel.close();
            cuEventDestroy(start);
            cuEventDestroy(end);
        }
    }

    private static CUevent_st event() {
        CUevent_st event = new CUevent_st();
        Status.check(cuEventCreate(event, CU_EVENT_DEFAULT), "cuEventCreate");
        return event;
    }

    @Override
    public void close() {
        scratch.close();
    }
}
