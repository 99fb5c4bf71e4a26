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
 * A multilayer perceptron: hidden layers with ReLU and He's initialisation, then one output per class.
 *
 * <pre>{@code
 * Layer net = Zoo.mlp(10, 500, 500).withInputDropout(0.2).withDropout(0.5);
 * }</pre>
 *
 * @param classes the number of outputs
 * @param hidden the widths of the hidden layers
 * @param dropout the share of every hidden layer's outputs that training drops, in [0, 1)
 * @param inputDropout the share of the inputs that training drops, in [0, 1)
 * @param batchNorm whether every hidden layer's sums pass a batch norm, which takes the place of the bias
 */
public record Mlp(int classes, List<Integer> hidden, double dropout, double inputDropout, boolean batchNorm)
        implements Layer {
    public Mlp {
        hidden = List.copyOf(hidden);
        if (classes < 1) {
            throw new IllegalArgumentException("Mlp: expected at least 1 class, got " + classes);
        }
    }

    public Mlp withDropout(double share) {
        return new Mlp(classes, hidden, share, inputDropout, batchNorm);
    }

    public Mlp withInputDropout(double share) {
        return new Mlp(classes, hidden, dropout, share, batchNorm);
    }

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
