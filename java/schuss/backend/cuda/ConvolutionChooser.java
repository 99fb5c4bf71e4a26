package schuss.backend.cuda;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.ConvolutionTask;
import schuss.backend.Kernel;
import schuss.backend.OutOfMemoryException;

/** Finds who computes a convolution fastest: cuDNN's engines, of those that may be used, and where it helps our kernels. */
final class ConvolutionChooser {
    private static final Logger LOG = System.getLogger(ConvolutionChooser.class.getName());
    // 600 MiB is what cuDNN asks for the first convolutions of photographs, 128 at a time
    private static final long MOST_WORKSPACE = 1L << 30;
    private static final int RUNS = 5;

    private final Gpu gpu;
    private final cudnnContext library;
    private final PlanTarget target;

    ConvolutionChooser(Gpu gpu, cudnnContext library, PlanTarget target) {
        this.gpu = gpu;
        this.library = library;
        this.target = target;
    }

    /** The best engine, or empty for our own kernels. */
    Optional<Engine> choose(ConvolutionTask task) {
        Map<Optional<Engine>, ConvolutionMethod> candidates = new LinkedHashMap<>();
        try {
            for (Engine engine : engines(task, cudnn.CUDNN_HEUR_MODE_A)) {
                add(candidates, task, engine);
            }
            if (candidates.isEmpty()) {
                for (Engine engine : engines(task, cudnn.CUDNN_HEUR_MODE_FALLBACK)) {
                    add(candidates, task, engine);
                }
            }
            // one channel a group is little to reuse: nothing that a library could do better for certain
            if (candidates.isEmpty() || task.w().dim(2) == 1) {
                candidates.put(Optional.empty(), new DirectConvolution(gpu, task));
            }
            Optional<Engine> best = fastest(task, candidates);
            LOG.log(Level.DEBUG, "{0}: {1} of {2} candidates", task.describe(), best, candidates.size());
            return best;
        } finally {
            candidates.values().forEach(ConvolutionMethod::close);
        }
    }

    /** What cuDNN proposes and may be used, each once. */
    private Set<Engine> engines(ConvolutionTask task, int mode) {
        Set<Engine> engines = new LinkedHashSet<>();
        try (ConvolutionGraph graph = new ConvolutionGraph(task, target)) {
            for (Engine.Proposed proposed : graph.proposals(mode)) {
                if (proposed.fits(gpu.tf32())) {
                    engines.add(proposed.engine());
                }
            }
        } catch (Cudnn.NotSupportedException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", task.describe(), e.getMessage());
        }
        return engines;
    }

    private void add(Map<Optional<Engine>, ConvolutionMethod> candidates, ConvolutionTask task, Engine engine) {
        try {
            ConvolutionMethod method = new EngineConvolution(library, target, task, engine);
            if (method.workspaceBytes() <= MOST_WORKSPACE) {
                candidates.put(Optional.of(engine), method);
            } else {
                method.close();
            }
        } catch (Cudnn.NotSupportedException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", task.describe(), e.getMessage());
        }
    }

    /** The fastest on scratch memory of those that may be captured; our own kernels where none may. */
    private Optional<Engine> fastest(ConvolutionTask task, Map<Optional<Engine>, ConvolutionMethod> candidates) {
        Optional<Engine> best = Optional.empty();
        try (Scratch scratch = new Scratch(gpu)) {
            long x = scratch.floats(task.x().size());
            long w = scratch.floats(task.w().size());
            long y = scratch.floats(task.y().size());
            long most = candidates.values().stream()
                    .mapToLong(ConvolutionMethod::workspaceBytes)
                    .max()
                    .getAsLong();
            long workspace = scratch.bytes(most);
            float shortest = Float.POSITIVE_INFINITY;
            for (Map.Entry<Optional<Engine>, ConvolutionMethod> candidate : candidates.entrySet()) {
                float time = milliseconds(candidate.getValue().bind(x, w, y, workspace));
                if (time < shortest) {
                    shortest = time;
                    best = candidate.getKey();
                }
            }
        } catch (OutOfMemoryException e) { // what the library estimates is better than to refuse
            LOG.log(Level.DEBUG, "{0}: not timed, {1}", task.describe(), e.getMessage());
            best = candidates.keySet().iterator().next();
        }
        return best;
    }

    /** Whether it may be part of a CUDA graph. It has run before: what loads code for the first time may not. */
    private boolean capturable(Kernel kernel) {
        CUgraph_st graph = new CUgraph_st();
        try {
            Status.check(
                    cudart.cuStreamBeginCapture(gpu.stream(), cudart.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
                    "cuStreamBeginCapture");
            boolean ran = ran(kernel);
            int status = cudart.cuStreamEndCapture(gpu.stream(), graph);
            return ran && status == cudart.CUDA_SUCCESS && !graph.isNull();
        } finally {
            if (!graph.isNull()) {
                Status.check(cudart.cuGraphDestroy(graph), "cuGraphDestroy");
            }
        }
    }

    private static boolean ran(Kernel kernel) {
        try {
            kernel.run();
            return true;
        } catch (CudaException e) {
            return false;
        }
    }

    /** The median time of a run; infinite where it does not run, or may not be captured. */
    private float milliseconds(Kernel kernel) {
        CUevent_st start = new CUevent_st();
        CUevent_st end = new CUevent_st();
        Status.check(cudart.cuEventCreate(start, cudart.CU_EVENT_DEFAULT), "cuEventCreate");
        Status.check(cudart.cuEventCreate(end, cudart.CU_EVENT_DEFAULT), "cuEventCreate");
        try {
            boolean ran = ran(kernel);
            gpu.synchronize();
            if (!ran || !capturable(kernel)) {
                return Float.POSITIVE_INFINITY;
            }
            float[] times = new float[RUNS];
            float[] time = new float[1];
            for (int i = 0; i < RUNS; i++) {
                Status.check(cudart.cuEventRecord(start, gpu.stream()), "cuEventRecord");
                kernel.run();
                Status.check(cudart.cuEventRecord(end, gpu.stream()), "cuEventRecord");
                Status.check(cudart.cuEventSynchronize(end), "cuEventSynchronize");
                Status.check(cudart.cuEventElapsedTime(time, start, end), "cuEventElapsedTime");
                times[i] = time[0];
            }
            Arrays.sort(times);
            return times[RUNS / 2];
        } finally {
            kernel.close();
            Status.check(cudart.cuEventDestroy(start), "cuEventDestroy");
            Status.check(cudart.cuEventDestroy(end), "cuEventDestroy");
        }
    }
}
