package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Units that learn their activation (Goodfellow et al. 2013): y = max over k of (x W_k + b_k), the largest of several
 * linear pieces, a convex function. x is (batch, ..., in), y (batch, ..., units); W (in, pieces * units) holds all units of
 * the first piece, then those of the second.
 *
 * @param units the number of outputs
 * @param pieces how many linear functions each output chooses from, at least 2
 * @param weights how W begins; He's normal numbers unless changed
 */
public record Maxout(int units, int pieces, Initializer weights) implements Layer {
    public Maxout {
        if (units < 1) {
            throw new IllegalArgumentException("Maxout: expected at least 1 unit, got " + units);
        }
        if (pieces < 2) {
            throw new IllegalArgumentException("Maxout: expected at least 2 pieces, got " + pieces);
        }
    }

    public Maxout(int units, int pieces) {
        this(units, pieces, Initializer.heNormal());
    }

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
