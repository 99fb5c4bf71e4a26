package schuss.backend.cuda.convolution;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.cuda.runtime.CudaException;

/** A graph prepared for one of cuDNN's engines, to run on any addresses. */
public final class EnginePlan implements AutoCloseable {
    private final List<Descriptor> owned = new ArrayList<>();
    private final Descriptor plan;
    private final long workspaceBytes;

    EnginePlan(Descriptor graph, Engine engine, PlanTarget target) {
        try {
            Descriptor chosen = own(new Descriptor(cudnn.CUDNN_BACKEND_ENGINE_DESCRIPTOR, "engine " + engine))
                    .descriptors(cudnn.CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph)
                    .int64(cudnn.CUDNN_ATTR_ENGINE_GLOBAL_INDEX, engine.number());
            target.engine(chosen).finish();
            Descriptor configuration = own(new Descriptor(cudnn.CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, "engine " + engine))
                    .descriptors(cudnn.CUDNN_ATTR_ENGINECFG_ENGINE, chosen);
            Descriptor[] knobs = engine.knobs().entrySet().stream()
                    .map(knob -> knob(knob.getKey(), knob.getValue()))
                    .toArray(Descriptor[]::new);
            if (knobs.length > 0) {
                configuration.descriptors(cudnn.CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, knobs);
            }
            configuration.finish();
            plan = own(target.plan(
                            new Descriptor(cudnn.CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, "plan of engine " + engine)))
                    .descriptors(cudnn.CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration)
                    .finish();
            workspaceBytes = plan.int64(cudnn.CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
        } catch (CudaException e) {
            close();
            throw e;
        }
    }

    private Descriptor own(Descriptor descriptor) {
        owned.add(descriptor);
        return descriptor;
    }

    private Descriptor knob(int type, long value) {
        return own(new Descriptor(cudnn.CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR, "knob " + type))
                .constant(cudnn.CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, cudnn.CUDNN_TYPE_KNOB_TYPE, type)
                .int64(cudnn.CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, value)
                .finish();
    }

    public long workspaceBytes() {
        return workspaceBytes;
    }

    Descriptor descriptor() {
        return plan;
    }

    /** Where a run finds the three tensors and its workspace. */
    Descriptor bind(long x, long w, long y, long workspace) {
        return new Descriptor(cudnn.CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, "addresses")
                .int64(
                        cudnn.CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS,
                        ConvolutionGraph.X,
                        ConvolutionGraph.W,
                        ConvolutionGraph.Y)
                .addresses(cudnn.CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, x, w, y)
                .addresses(cudnn.CUDNN_ATTR_VARIANT_PACK_WORKSPACE, workspace)
                .finish();
    }

    @Override
    public void close() {
        for (int i = owned.size() - 1; i >= 0; i--) {
            owned.get(i).close();
        }
        owned.clear();
    }
}
