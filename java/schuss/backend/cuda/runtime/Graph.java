package schuss.backend.cuda.runtime;

import static org.bytedeco.cuda.global.cudart.*;

import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import schuss.backend.Kernel;

/** Work of the stream that was recorded once and is launched as a whole. */
public final class Graph implements Kernel {
    private final Gpu gpu;
    private final CUgraphExec_st executable = new CUgraphExec_st();

    /**
     * Records what a kernel does. It must have run before: what loads code for the first time cannot be recorded.
     *
     * @throws CudaException when it does what cannot be recorded, such as to wait for the GPU
     */
    public Graph(Gpu gpu, Kernel kernel) {
        this.gpu = gpu;
        CUgraph_st recorded = record(kernel);
        try {
            Status.check(cuGraphInstantiate(executable, recorded, 0), "cuGraphInstantiate");
        } finally {
            cuGraphDestroy(recorded);
        }
        int status = cuGraphUpload(executable, gpu.stream()); // here, not in the first run, it is refused its memory
        if (status != CUDA_SUCCESS) {
            cuGraphExecDestroy(executable);
            throw new CudaException(Status.describe(status, "cuGraphUpload"));
        }
    }

    private CUgraph_st record(Kernel kernel) {
        CUgraph_st graph = new CUgraph_st();
        gpu.beginRecording();
        try {
            Status.check(
                    cuStreamBeginCapture(gpu.stream(), CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), "cuStreamBeginCapture");
            boolean ran = false;
            int status;
            try {
                kernel.run();
                ran = true;
            } finally {
                status = cuStreamEndCapture(gpu.stream(), graph); // in any case, or the stream goes on recording
                if (!ran && !graph.isNull()) {
                    cuGraphDestroy(graph);
                }
            }
            Status.check(status, "recording a graph");
            if (graph.isNull()) {
                throw new CudaException("recording a graph: expected one, got none");
            }
            return graph;
        } finally {
            gpu.endRecording();
        }
    }

    @Override
    public void run() {
        Status.check(cuGraphLaunch(executable, gpu.stream()), "cuGraphLaunch");
    }

    @Override
    public void close() {
        gpu.takeStream(); // whoever closes it may be another thread
        try {
            // it may be under way, and what it was recorded from is closed next; whatever fails is told to those who
            // wait
            cuStreamSynchronize(gpu.stream());
            cuGraphExecDestroy(executable);
        } finally {
            gpu.leaveStream();
        }
    }
}
