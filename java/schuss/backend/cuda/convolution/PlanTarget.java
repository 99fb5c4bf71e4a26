package schuss.backend.cuda.convolution;

import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;

/**
 * What cuDNN plans for: a GPU in use, or one of which only the properties are known. Each method sets this on a
 * descriptor that is being made, and returns the descriptor.
 */
public interface PlanTarget extends AutoCloseable {
    Descriptor graph(Descriptor graph);

    Descriptor engine(Descriptor engine);

    Descriptor heuristic(Descriptor heuristic);

    Descriptor plan(Descriptor plan);

    @Override
    void close();

    /** The GPU that a library handle works on. */
    static PlanTarget of(cudnnContext library) {
        return new PlanTarget() {
            @Override
            public Descriptor graph(Descriptor graph) {
                return graph.library(cudnn.CUDNN_ATTR_OPERATIONGRAPH_HANDLE, library);
            }

            @Override
            public Descriptor engine(Descriptor engine) {
                return engine;
            }

            @Override
            public Descriptor heuristic(Descriptor heuristic) {
                return heuristic;
            }

            @Override
            public Descriptor plan(Descriptor plan) {
                return plan.library(cudnn.CUDNN_ATTR_EXECUTION_PLAN_HANDLE, library);
            }

            @Override
            public void close() {}
        };
    }
}
