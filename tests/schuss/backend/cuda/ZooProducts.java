package schuss.backend.cuda;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.backend.Computation;
import schuss.backend.cuda.product.LtProduct;
import schuss.backend.kernels.ConvolutionTask;
import schuss.ir.Step;
import schuss.layers.Layer;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Convolution;
import schuss.ops.Op;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.passes.Capabilities;
import schuss.zoo.Zoo;

/** The convolutions and matrix products of a step of training of the zoo's networks, each once. */
final class ZooProducts {
    private static final int BATCH = 128;
    private static final Shape DIGITS = Shape.of(28, 28, 1);
    private static final Shape CIFAR = Shape.of(32, 32, 3);
    private static final Shape IMAGENET = Shape.of(224, 224, 3);

    final Set<ConvolutionTask> convolutions = new LinkedHashSet<>();
    final Set<LtProduct> products = new LinkedHashSet<>();

    ZooProducts() {
        add(Zoo.mlp(10, 500, 500), DIGITS);
        add(Zoo.lenet(10), DIGITS);
        add(Zoo.resnet20(10), CIFAR);
        for (Shape image : List.of(CIFAR, IMAGENET)) {
            add(Zoo.resnet18(10), image);
            add(Zoo.mobilenet(10), image);
        }
    }

    private void add(Layer network, Shape image) {
        Computation training = Computation.training(
                network,
                new Spec("input", DType.F32, image).batched(BATCH),
                new Spec("label", DType.I32, Shape.of()).batched(BATCH),
                new SoftmaxCrossEntropy(),
                List.of(),
                new Sgd(0.1));
        Capabilities abilities = op -> CudaMatMul.fuses(op);
        training.compiled(abilities).steps().forEach(this::add);
    }

    private void add(Step step) {
        Op op = step.op();
        if (op instanceof Convolution
                || op instanceof Convolution.DataGradient
                || op instanceof Convolution.WeightGradient) {
            convolutions.add(ConvolutionTask.of(
                    op, step.inputs().stream().map(Value::type).toList()));
        }
        for (boolean tf32 : new boolean[] {false, true}) {
            LtProduct.of(step, tf32).ifPresent(products::add);
        }
    }
}
