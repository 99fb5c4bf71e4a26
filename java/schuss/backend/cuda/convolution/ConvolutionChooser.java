package schuss.backend.cuda.convolution;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.OutOfMemoryException;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.Gpu;
import schuss.backend.kernels.ConvolutionTask;

/**
 * Finds the fastest way to compute a convolution: one of cuDNN's engines, of those that are allowed, or our own
 * kernels. An engine that fails in any way, while it is prepared, recorded or run, or whose numbers are wrong, is
 * skipped and the next one is tried; the log says why at level DEBUG.
 */
public final class ConvolutionChooser {
    private static final Logger LOG = System.getLogger(ConvolutionChooser.class.getName());
    // 600 MiB is what cuDNN asks for the first convolutions of photographs, 128 at a time
    private static final long MOST_WORKSPACE = 1L << 30;

    /**
     * The most multiplications that {@link DirectConvolution} takes over where cuDNN has nothing: a tenth of a second on a
     * GPU of the data centre. It is some hundred times slower than a library: beyond that, to refuse is kinder than to hang.
     */
    private static final long MOST_DIRECT = 100_000_000_000L;

    /** As many of them check the others; of a larger task, fewer images. */
    private static final long MOST_CHECKED = MOST_DIRECT / 4;

    private final Gpu gpu;
    private final cudnnContext library;
    private final PlanTarget target;

    public ConvolutionChooser(Gpu gpu, cudnnContext library, PlanTarget target) {
        this.gpu = gpu;
        this.library = library;
        this.target = target;
    }

    /**
     * The best engine, or empty for our own kernels.
     *
     * @throws CudaException when no engine will do, and it is too much for our own kernels
     */
    public Optional<Engine> choose(ConvolutionTask task) {
        List<String> findings = new ArrayList<>();
        for (int mode : new int[] {cudnn.CUDNN_HEUR_MODE_A, cudnn.CUDNN_HEUR_MODE_FALLBACK}) {
            Set<Engine> engines = engines(task, mode, findings);
            Map<Optional<Engine>, Float> times = engines.isEmpty() ? Map.of() : times(task, engines, findings);
            if (times.keySet().stream().anyMatch(Optional::isPresent)) {
                Optional<Engine> best = Collections.min(times.entrySet(), Map.Entry.comparingByValue())
                        .getKey();
                LOG.log(Level.DEBUG, () -> task.describe() + ": " + best + " of " + findings);
                return best;
            }
        }
        fallBack(task, findings);
        return Optional.empty();
    }

    private static void fallBack(ConvolutionTask task, List<String> findings) {
        String why = task.describe() + ": expected an engine of cuDNN for it, got none"
                + (findings.isEmpty() ? "" : " (" + String.join("; ", findings) + ")");
        if (!TiledConvolution.can(task) && task.multiplyAdds() > MOST_DIRECT) {
            throw new CudaException(why + "; our own kernels take at most " + MOST_DIRECT
                    + " multiplications and would need " + task.multiplyAdds() + ": use fewer images at a time,"
                    + " equal padding on opposite sides, or another version of cuDNN");
        }
        LOG.log(
                Level.WARNING,
                why + "; our own kernels compute it" + (TiledConvolution.can(task) ? "" : ", which is slow"));
    }

    /** How long each takes that will do: engines, and our own kernels where they may be the fastest. */
    private Map<Optional<Engine>, Float> times(ConvolutionTask task, Set<Engine> engines, List<String> findings) {
        Map<Optional<Engine>, Float> times = new LinkedHashMap<>();
        try (ConvolutionTrial trial = trial(task)) {
            if (isOursToo(task)) {
                ConvolutionMethod ours = ConvolutionMethod.ours(gpu, trial.task());
                time("our own kernels", trial, ours, findings).ifPresent(time -> times.put(Optional.empty(), time));
            }
            for (Engine engine : engines) {
                time(engine, task, trial, findings).ifPresent(time -> times.put(Optional.of(engine), time));
            }
        }
        return times;
    }

    /**
     * Whether our own kernels may be the fastest. In singles cuDNN's engines leave most of a GPU idle where images have few
     * channels; and one channel a group is little to reuse.
     */
    private static boolean isOursToo(ConvolutionTask task) {
        return TiledConvolution.can(task) || (task.w().dim(2) == 1 && task.multiplyAdds() <= MOST_DIRECT);
    }

    /** On all images, or on as many as our own kernels can compute soon and as there is memory for. */
    private ConvolutionTrial trial(ConvolutionTask task) {
        int batch = task.x().dim(0);
        int images = (int) Math.max(1, Math.min(batch, MOST_CHECKED / Math.max(1, task.multiplyAdds() / batch)));
        while (true) {
            try {
                return new ConvolutionTrial(gpu, task.withBatch(images));
            } catch (OutOfMemoryException e) {
                if (images == 1) {
                    throw e;
                }
                images /= 2;
            }
        }
    }

    /** What cuDNN proposes and may be used, each once. */
    private Set<Engine> engines(ConvolutionTask task, int mode, List<String> findings) {
        Set<Engine> engines = new LinkedHashSet<>();
        try (ConvolutionGraph graph = new ConvolutionGraph(task, target)) {
            for (Engine.Proposed proposed : graph.proposals(mode)) {
                if (proposed.fits(task.pass(), gpu.tf32())) {
                    engines.add(proposed.engine());
                }
            }
        } catch (CudaException e) {
            findings.add("heuristic " + mode + ": " + e.getMessage());
        }
        return engines;
    }

    /** How long an engine takes; empty where it will not do, which the findings tell. */
    private Optional<Float> time(Engine engine, ConvolutionTask task, ConvolutionTrial trial, List<String> findings) {
        String name = "engine " + engine.text();
        try (ConvolutionMethod whole = new EngineConvolution(library, target, task, engine);
                ConvolutionMethod tried = new EngineConvolution(library, target, trial.task(), engine)) {
            if (whole.workspaceBytes() > MOST_WORKSPACE) {
                throw new CudaException("it wants a workspace of " + whole.workspaceBytes() + " bytes");
            }
            return time(name, trial, tried, findings);
        } catch (CudaException e) {
            return leftOut(name, e, findings);
        }
    }

    private Optional<Float> time(String name, ConvolutionTrial trial, ConvolutionMethod method, List<String> findings) {
        try {
            float off = trial.check(method);
            float time = trial.milliseconds(method);
            findings.add(name + ": " + time + " ms, off by " + off);
            return Optional.of(time);
        } catch (CudaException | OutOfMemoryException e) {
            return leftOut(name, e, findings);
        }
    }

    private Optional<Float> leftOut(String name, RuntimeException reason, List<String> findings) {
        findings.add(name + ": left out, " + reason.getMessage());
        gpu.synchronize(); // where the GPU itself is lost, no other will do
        return Optional.empty();
    }
}
