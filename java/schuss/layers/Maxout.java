package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Units that learn their own activation: each output is the largest of several linear functions, {@code y = max over k of
 * (x W_k + b_k)}, which can form any convex function. It replaces a {@link Dense} layer and its activation. It maps
 * (batch, ..., in) to (batch, ..., units). The weights have the shape (in, pieces * units): first all units of the first
 * piece, then those of the second, and so on.
 *
 * <pre>{@code
 * Layer net = Sequential.of(new Maxout(240, 5), new Dense(10));
 * }</pre>
 *
 * <p>Source: Goodfellow et al., Maxout Networks (2013).
 *
 * @param units the number of outputs, at least 1
 * @param pieces the number of linear functions per output, at least 2
 * @param weights the initializer of the weights; {@link Initializer#heNormal()} by default
 */
public record Maxout(int units, int pieces, Initializer weights) implements Layer {
    /**
     * Creates the layer from all its settings; {@link #Maxout(int, int)} is the usual way.
     *
     * @param units the number of outputs, at least 1
     * @param pieces the number of linear functions per output, at least 2
     * @param weights the initializer of the weights
     * @throws IllegalArgumentException if there is not at least 1 unit, or fewer than 2 pieces
     */
    public Maxout {
        if (units < 1) {
            throw new IllegalArgumentException("Maxout: expected at least 1 unit, got " + units);
        }
        if (pieces < 2) {
            throw new IllegalArgumentException("Maxout: expected at least 2 pieces, got " + pieces);
        }
    }

    /**
     * Creates the layer with He initialisation.
     *
     * @param units the number of outputs, at least 1
     * @param pieces the number of linear functions per output, at least 2
     */
    public Maxout(int units, int pieces) {
        this(units, pieces, Initializer.heNormal());
    }

    /**
     * {@return a copy of this layer whose weights begin with other numbers}
     *
     * @param initializer draws the initial weights
     */
    public Maxout withWeights(Initializer initializer) {
        return new Maxout(units, pieces, initializer);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Value all = new Dense(Math.multiplyExact(pieces, units))
                .withWeights(weights)
                .forward(scope, x);
        int rows = (int) (all.shape().size() / all.shape().dim(-1));
        // pieces in front of units: the largest is taken along whole rows
        return all.reshape(Shape.of(rows, pieces, units))
                .max(1)
                .reshape(x.shape().with(-1, units));
    }
}
