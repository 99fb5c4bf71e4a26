package schuss.cli;

import java.util.ArrayList;
import java.util.List;
import schuss.Shape;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.optim.Adam;
import schuss.optim.Momentum;
import schuss.optim.Optimizer;

/** The nets that are timed. Input is 784 numbers, output ten classes. */
enum Workload {
    /** A small net, one that spends a fifth of its time outside of matrix products. */
    W1(new Adam(1e-3), 500, 500),
    /** A large net, whose parameters do not fit the caches. */
    W2(new Momentum(0.01, 0.9), 2500, 2000, 1500, 1000, 500),
    /** W1's net, predicting. */
    W5(null, 500, 500);

    static final int INPUTS = 784;
    static final int CLASSES = 10;

    private final Optimizer optimizer;
    private final List<Integer> hidden;

    Workload(Optimizer optimizer, Integer... hidden) {
        this.optimizer = optimizer;
        this.hidden = List.of(hidden);
    }

    Shape input() {
        return Shape.of(INPUTS);
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Layer net() {
        List<Layer> layers = new ArrayList<>();
        for (int units : hidden) {
            layers.add(new Dense(units));
            layers.add(new Relu());
        }
        layers.add(new Dense(CLASSES));
        return new Sequential(layers);
    }

    /**
     * Floating-point operations that training on one example takes, two per multiply-add: each layer's forward product
     * and the gradients of its weights and its input, of which the first layer needs no input gradient.
     */
    double trainingOperations() {
        return 3 * inferenceOperations() - 2.0 * INPUTS * hidden.get(0);
    }

    /** Floating-point operations of predicting one example. */
    double inferenceOperations() {
        double operations = 0;
        int in = INPUTS;
        for (int units : hidden) {
            operations += 2.0 * in * units;
            in = units;
        }
        return operations + 2.0 * in * CLASSES;
    }
}
