package schuss.backend.cuda.runtime;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import schuss.backend.Kernel;

/**
 * Kernels that run as a whole many times: one by one at first, then as one {@link Graph}. Launching the graph takes the
 * host about as long as two kernels, so a program of many short kernels no longer waits for the host. The results stay
 * bit-identical.
 */
public final class Recorded implements Kernel {
    private static final Logger LOG = System.getLogger(Recorded.class.getName());

    // the first run loads code, which cannot be recorded; and a graph takes memory, for little where few runs follow
    private static final int RUNS_BEFORE = 2;

    private final Gpu gpu;
    private final int count;
    private final Kernel oneByOne;
    private int left = RUNS_BEFORE; // until it is recorded; negative from then on
    private Kernel now; // how a run is done

    private Recorded(Gpu gpu, int count, Kernel oneByOne) {
        this.gpu = gpu;
        this.count = count;
        this.oneByOne = oneByOne;
        now = oneByOne;
    }

    /**
     * Records kernels once they have run often enough, if all of them can be.
     *
     * @param oneByOne runs them
     */
    public static Kernel of(Gpu gpu, List<Kernel> kernels, Kernel oneByOne) {
        boolean recordable = kernels.stream().allMatch(Kernel::recordable);
        return recordable ? new Recorded(gpu, kernels.size(), oneByOne) : oneByOne;
    }

    @Override
    public void run() {
        if (left >= 0 && left-- == 0) {
            record();
        }
        now.run();
    }

    private void record() {
        try {
            now = new Graph(gpu, oneByOne);
            LOG.log(Level.DEBUG, "{0} kernels are launched as one graph from now on", count);
        } catch (CudaException e) {
            expectUsable(e);
            LOG.log(
                    Level.WARNING,
                    count + " kernels could not be recorded as a graph: they go on to be launched one by one, which is"
                            + " right, but slower where they are short; " + e.getMessage());
        }
    }

    /** Fails where not the recording is at fault, but work that was asked for before it. */
    private void expectUsable(CudaException refusal) {
        try {
            gpu.synchronize();
        } catch (CudaException lost) {
            lost.addSuppressed(refusal);
            throw lost;
        }
    }

    @Override
    public void close() {
        now.close(); // if that is no graph yet, there is nothing to close
    }
}
