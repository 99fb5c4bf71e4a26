package schuss.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import schuss.DType;
import schuss.Shape;
import schuss.Spec;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.losses.Objective;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;
import schuss.optim.UpdateRule;
import schuss.trace.BatchSpec;
import schuss.trace.Goal;
import schuss.trace.Part;
import schuss.trace.Programs;
import schuss.trace.Trace;
import schuss.zoo.Zoo;

/** The networks that are timed, each with ten classes. */
enum Workload {
    /** A small net, one that spends a fifth of its time outside of matrix products. */
    W1(() -> Zoo.mlp(10, 500, 500), Shape.of(784), new Adam(1e-3)),
    /** A large net, whose parameters do not fit the caches. */
    W2(() -> Zoo.mlp(10, 2500, 2000, 1500, 1000, 500), Shape.of(784), new Momentum(0.01, 0.9)),
    /** Convolutions of 5 x 5, poolings, and a dense layer that has nearly all of the weights. */
    W3(() -> Zoo.lenet(10), Shape.of(28, 28, 1), new Adam(1e-3)),
    /** Many small convolutions of few channels, each with a batch norm. */
    W4(() -> Zoo.resnet20(10), Shape.of(32, 32, 3), new Momentum(0.1, 0.9).withWeightDecay(1e-4)),
    /** W1's net, predicting. */
    W5(() -> Zoo.mlp(10, 500, 500), Shape.of(784), null);

    static final int CLASSES = 10;

    private final Supplier<Layer> net;
    private final Shape input;
    private final Optimizer optimizer;

    Workload(Supplier<Layer> net, Shape input, Optimizer optimizer) {
        this.net = net;
        this.input = input;
        this.optimizer = optimizer;
    }

    boolean isTraining() {
        return optimizer != null;
    }

    Layer net() {
        return net.get();
    }

    Shape input() {
        return input;
    }

    Spec inputs() {
        return new Spec("input", DType.F32, input);
    }

    Spec labels() {
        return new Spec("label", DType.I32, Shape.of());
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /**
     * Floating-point operations per example, two per multiply-add, of what must be computed: the products of the forward
     * pass and, in training, those of the gradients of weights and of inputs, but for the first layer's input.
     */
    double operations(int batch) {
        Spec x = inputs().batched(batch);
        Network network = Network.of(net());
        Spec labels = new Spec(Objective.TARGET, DType.I32, Shape.of(batch));
        Trace trace = isTraining()
                ? Programs.training(
                        network,
                        new BatchSpec(List.of(x), List.of(labels), false),
                        new Goal(List.of(Objective.of(new SoftmaxCrossEntropy())), List.of()),
                        new UpdateRule(optimizer),
                        Part.WHOLE)
                : Programs.inference(network, List.of(x), Map.of());
        return 2.0 * trace.program().multiplyAdds() / batch;
    }
}
