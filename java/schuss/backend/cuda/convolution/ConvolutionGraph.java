package schuss.backend.cuda.convolution;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.global.cudnn;
import schuss.Shape;
import schuss.backend.cuda.runtime.CudaException;
import schuss.backend.kernels.ConvolutionTask;

/**
 * A convolution or one of its gradients as a graph of cuDNN with a single operation, in single precision. In memory,
 * images are (batch, height, width, channels) and weights (out, kernelH, kernelW, in / groups), the layouts that
 * cuDNN's kernels are made for. cuDNN itself lists the axes of both as batch or out, channels, height, width, and takes
 * the layout as strides.
 */
public final class ConvolutionGraph implements AutoCloseable {
    /** What the tensors are called when it is run. */
    static final long X = 1;

    static final long W = 2;
    static final long Y = 3;

    // of addresses, in bytes: the widest access that there is, so no engine needs more
    private static final long ALIGNMENT = 16;

    private static final int MOST_PROPOSALS = 64;

    private final PlanTarget target;
    private final List<Descriptor> owned = new ArrayList<>();
    private final Descriptor graph;

    /** @throws CudaException when cuDNN knows no such convolution */
    public ConvolutionGraph(ConvolutionTask task, PlanTarget target) {
        this.target = target;
        try {
            graph = own(target.graph(new Descriptor(
                            cudnn.CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR, "graph of " + task.describe()))
                    .descriptors(cudnn.CUDNN_ATTR_OPERATIONGRAPH_OPS, operation(task)));
            graph.finish();
        } catch (CudaException e) {
            close();
            throw e;
        }
    }

    private Descriptor own(Descriptor descriptor) {
        owned.add(descriptor);
        return descriptor;
    }

    private Descriptor operation(ConvolutionTask task) {
        Shape w = task.w();
        Descriptor convolution = convolution(task);
        Descriptor x = image(X, task.x());
        Descriptor weights = tensor(W, w.dim(3), w.dim(2), w.dim(0), w.dim(1));
        Descriptor y = image(Y, task.y());
        return switch (task.pass()) {
            case FORWARD ->
                own(new Descriptor(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR, "convolution"))
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, convolution)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, weights)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, y)
                        .float32(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, 1)
                        .float32(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, 0)
                        .finish();
            case DATA_GRADIENT ->
                own(new Descriptor(cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR, "data gradient"))
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, convolution)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, x)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, weights)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, y)
                        .float32(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, 1)
                        .float32(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA, 0)
                        .finish();
            case WEIGHT_GRADIENT ->
                own(new Descriptor(
                                cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                                "weight gradient"))
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC, convolution)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X, x)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, weights)
                        .descriptors(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY, y)
                        .float32(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA, 1)
                        .float32(cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA, 0)
                        .finish();
        };
    }

    private Descriptor image(long name, Shape shape) {
        return tensor(name, shape.dim(0), shape.dim(3), shape.dim(1), shape.dim(2));
    }

    /** Channels last in memory. */
    private Descriptor tensor(long name, long n, long channels, long height, long width) {
        return own(new Descriptor(cudnn.CUDNN_BACKEND_TENSOR_DESCRIPTOR, "tensor"))
                .int64(cudnn.CUDNN_ATTR_TENSOR_UNIQUE_ID, name)
                .constant(cudnn.CUDNN_ATTR_TENSOR_DATA_TYPE, cudnn.CUDNN_TYPE_DATA_TYPE, cudnn.CUDNN_DATA_FLOAT)
                .int64(cudnn.CUDNN_ATTR_TENSOR_DIMENSIONS, n, channels, height, width)
                .int64(cudnn.CUDNN_ATTR_TENSOR_STRIDES, height * width * channels, 1, width * channels, channels)
                .int64(cudnn.CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, ALIGNMENT)
                .finish();
    }

    private Descriptor convolution(ConvolutionTask task) {
        return own(new Descriptor(cudnn.CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR, "convolution's options"))
                .constant(cudnn.CUDNN_ATTR_CONVOLUTION_COMP_TYPE, cudnn.CUDNN_TYPE_DATA_TYPE, cudnn.CUDNN_DATA_FLOAT)
                .constant(
                        cudnn.CUDNN_ATTR_CONVOLUTION_CONV_MODE,
                        cudnn.CUDNN_TYPE_CONVOLUTION_MODE,
                        cudnn.CUDNN_CROSS_CORRELATION)
                .int64(cudnn.CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, 2)
                .int64(
                        cudnn.CUDNN_ATTR_CONVOLUTION_DILATIONS,
                        task.op().dilationH(),
                        task.op().dilationW())
                .int64(
                        cudnn.CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES,
                        task.op().strideH(),
                        task.op().strideW())
                .int64(
                        cudnn.CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS,
                        task.op().padTop(),
                        task.op().padLeft())
                .int64(
                        cudnn.CUDNN_ATTR_CONVOLUTION_POST_PADDINGS,
                        task.op().padBottom(),
                        task.op().padRight())
                .finish();
    }

    /**
     * The engines that cuDNN proposes, best first by its own estimate.
     *
     * @param mode {@code CUDNN_HEUR_MODE_...}
     */
    public List<Engine.Proposed> proposals(int mode) {
        Descriptor heuristic = target.heuristic(new Descriptor(cudnn.CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR, "heuristic"));
        List<Descriptor> configurations = List.of();
        try {
            heuristic
                    .descriptors(cudnn.CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, graph)
                    .constant(cudnn.CUDNN_ATTR_ENGINEHEUR_MODE, cudnn.CUDNN_TYPE_HEUR_MODE, mode)
                    .finish();
            configurations = heuristic.descriptors(
                    cudnn.CUDNN_ATTR_ENGINEHEUR_RESULTS,
                    cudnn.CUDNN_BACKEND_ENGINECFG_DESCRIPTOR,
                    "engine configuration",
                    MOST_PROPOSALS);
            return configurations.stream().map(Engine::of).toList();
        } finally {
            configurations.forEach(Descriptor::close);
            heuristic.close();
        }
    }

    /** @throws CudaException when this engine cannot do it after all */
    public EnginePlan plan(Engine engine) {
        return new EnginePlan(graph, engine, target);
    }

    @Override
    public void close() {
        for (int i = owned.size() - 1; i >= 0; i--) {
            owned.get(i).close();
        }
        owned.clear();
    }
}
