package schuss.backend.cuda.convolution;

import org.bytedeco.cuda.cudnn.cudnnBackendDescriptor_t;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.Kernel;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.cuda.runtime.StreamKernel;
import schuss.backend.kernels.ConvolutionTask;

/** A convolution computed by one of cuDNN's engines. */
public final class EngineConvolution implements ConvolutionMethod {
    private final cudnnContext library;
    private final ConvolutionGraph graph;
    private final EnginePlan plan;

    /** @throws CudaException when this engine cannot do it */
    public EngineConvolution(cudnnContext library, PlanTarget target, ConvolutionTask task, Engine engine) {
        this.library = library;
        graph = new ConvolutionGraph(task, target);
        try {
            plan = graph.plan(engine);
        } catch (CudaException e) {
            graph.close();
            throw e;
        }
    }

    @Override
    public boolean libraryWeights() {
        return true;
    }

    @Override
    public long workspaceBytes() {
        return plan.workspaceBytes();
    }

    @Override
    public Kernel bind(long x, long w, long y, long workspace) {
        return new Call(library, plan.descriptor(), plan.bind(x, w, y, workspace));
    }

    @Override
    public void close() {
        plan.close();
        graph.close();
    }

    private static final class Call implements StreamKernel {
        private final cudnnContext library;
        private final cudnnBackendDescriptor_t plan;
        private final Descriptor addresses;

        Call(cudnnContext library, Descriptor plan, Descriptor addresses) {
            this.library = library;
            this.plan = plan.handle();
            this.addresses = addresses;
        }

        @Override
        public void run() {
            Cudnn.check(cudnn.cudnnBackendExecute(library, plan, addresses.handle()), "cudnnBackendExecute");
        }

        @Override
        public void close() {
            addresses.close();
        }
    }
}
