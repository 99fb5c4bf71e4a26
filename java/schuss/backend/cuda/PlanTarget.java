package schuss.backend.cuda;

import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;

/** What cuDNN plans for: a GPU in use, or one of which no more than its properties are known. */
interface PlanTarget extends AutoCloseable {
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

    /** A GPU described in cuDNN's own JSON. Plans for it can be made on a machine that has none, but not run. */
    static PlanTarget described(String json) {
        Descriptor properties = new Descriptor(cudnn.CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR, "device properties")
                .text(cudnn.CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, json.getBytes(StandardCharsets.UTF_8))
                .finish();
        return new PlanTarget() {
            @Override
            public Descriptor graph(Descriptor graph) {
                return graph;
            }

            @Override
            public Descriptor engine(Descriptor engine) {
                return engine.descriptors(cudnn.CUDNN_ATTR_ENGINE_DEVICEPROP, properties);
            }

            @Override
            public Descriptor heuristic(Descriptor heuristic) {
                return heuristic.descriptors(cudnn.CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, properties);
            }

            @Override
            public Descriptor plan(Descriptor plan) {
                return plan.descriptors(cudnn.CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, properties);
            }

            @Override
            public void close() {
                properties.close();
            }
        };
    }
}
