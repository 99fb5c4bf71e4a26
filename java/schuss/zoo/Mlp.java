package schuss.zoo;

import java.util.ArrayList;
import java.util.List;
import schuss.layers.BatchNorm;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.ops.Value;

/**
 * A multilayer perceptron: hidden dense layers with ReLU and He initialisation, then one output (logit) per class. The
 * input may have any shape, (batch, ...), and is flattened; the output is (batch, classes).
 *
 * <pre>{@code
 * Layer net = Zoo.mlp(10, 500, 500).withInputDropout(0.2).withDropout(0.5);
 * }</pre>
 *
 * @param classes the number of outputs, at least 1
 * @param hidden the numbers of units of the hidden layers
 * @param dropout the dropout rate after each hidden layer, in [0, 1); 0 for none
 * @param inputDropout the dropout rate of the inputs, in [0, 1); 0 for none
 * @param batchNorm whether each hidden layer has batch normalisation instead of a bias
 */
public record Mlp(int classes, List<Integer> hidden, double dropout, double inputDropout, boolean batchNorm)
        implements Layer {
    /**
     * Creates the network; {@link Zoo#mlp} is the usual way.
     *
     * @param classes the number of outputs, at least 1
     * @param hidden the numbers of units of the hidden layers
     * @param dropout the dropout rate after each hidden layer, in [0, 1)
     * @param inputDropout the dropout rate of the inputs, in [0, 1)
     * @param batchNorm whether each hidden layer has batch normalisation instead of a bias
     * @throws IllegalArgumentException if there is not at least 1 class
     */
    public Mlp {
        hidden = List.copyOf(hidden);
        if (classes < 1) {
            throw new IllegalArgumentException("Mlp: expected at least 1 class, got " + classes);
        }
    }

    /**
     * {@return a copy with dropout after each hidden layer}
     *
     * @param share the dropout rate, in [0, 1)
     */
    public Mlp withDropout(double share) {
        return new Mlp(classes, hidden, share, inputDropout, batchNorm);
    }

    /**
     * {@return a copy with dropout of the inputs}
     *
     * @param share the dropout rate, in [0, 1)
     */
    public Mlp withInputDropout(double share) {
        return new Mlp(classes, hidden, dropout, share, batchNorm);
    }

    /** {@return a copy with batch normalisation in each hidden layer} */
    public Mlp withBatchNorm() {
        return new Mlp(classes, hidden, dropout, inputDropout, true);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        List<Layer> layers = new ArrayList<>(List.of(new Flatten()));
        if (inputDropout > 0) {
            layers.add(Dropout.drop(inputDropout));
        }
        for (int width : hidden) {
            if (batchNorm) {
                layers.add(new Dense(width).withoutBias());
                layers.add(new BatchNorm());
            } else {
                layers.add(new Dense(width));
            }
            layers.add(new Relu());
            if (dropout > 0) {
                layers.add(Dropout.drop(dropout));
            }
        }
        layers.add(new Dense(classes));
        return new Sequential(layers).forward(scope, x);
    }
}
