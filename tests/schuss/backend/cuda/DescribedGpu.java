package schuss.backend.cuda;

import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.global.cudnn;
import schuss.backend.cuda.convolution.Cudnn;
import schuss.backend.cuda.convolution.Descriptor;
import schuss.backend.cuda.convolution.PlanTarget;
import schuss.backend.cuda.runtime.HostValues;

/** A GPU described in cuDNN's own JSON. Plans for it can be made on a machine that has none, but not run. */
final class DescribedGpu implements PlanTarget {
    private final Descriptor properties =
            new Descriptor(cudnn.CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR, "device properties");

    DescribedGpu(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        Cudnn.check(
                cudnn.cudnnBackendSetAttribute(
                        properties.handle(),
                        cudnn.CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION,
                        cudnn.CUDNN_TYPE_CHAR,
                        text.length,
                        HostValues.bytes(text.length).put(text)),
                "cudnnBackendSetAttribute (device properties)");
        properties.finish();
    }

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
}
