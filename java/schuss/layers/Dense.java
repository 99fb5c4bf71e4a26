package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * A fully connected (linear) layer: {@code y = x W + b}. It maps (batch, in) to (batch, units); W has the shape (in,
 * units) and b (units). The number of inputs is taken from the data. An input with more axes, (batch, ..., in), gives
 * (batch, ..., units), with the same W and b at every position.
 *
 * <p>There is no activation in it: put one after it.
 *
 * <pre>{@code
 * Layer mlp = Sequential.of(new Dense(128), new Relu(), new Dense(10));
 * }</pre>
 *
 * @param units the number of outputs, at least 1
 * @param weights the initializer of W; {@link Initializer#heNormal()} by default
 * @param bias whether b, which begins at 0, is added
 */
public record Dense(int units, Initializer weights, boolean bias) implements Layer {
    /**
     * Creates the layer from all its settings; {@link #Dense(int)} is the usual way.
     *
     * @param units the number of outputs, at least 1
     * @param weights the initializer of W
     * @param bias whether b, which begins at 0, is added
     * @throws IllegalArgumentException if there is not at least 1 unit
     */
    public Dense {
        if (units <= 0) {
            throw new IllegalArgumentException("Dense: expected at least 1 unit, got " + units);
        }
    }

    /**
     * Creates a layer with bias and He initialisation.
     *
     * @param units the number of outputs, at least 1
     */
    public Dense(int units) {
        this(units, Initializer.heNormal(), true);
    }

    /**
     * {@return a copy of this layer whose weights begin with other numbers}
     *
     * @param initializer draws the initial weights
     */
    public Dense withWeights(Initializer initializer) {
        return new Dense(units, initializer, bias);
    }

    /** {@return a copy of this layer that adds no bias, for example before {@link BatchNorm}} */
    public Dense withoutBias() {
        return new Dense(units, weights, false);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException("expected input (batch, in), got " + x.shape());
        }
        int in = x.shape().dim(-1);
        Value rows = x.reshape(Shape.of((int) (x.shape().size() / in), in));
        Value y = rows.matmul(scope.weight("weight", Shape.of(in, units), weights));
        if (bias) {
            y = y.add(scope.bias("bias", Shape.of(units), Initializer.zeros()));
        }
        return y.reshape(x.shape().with(-1, units));
    }
}
