package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * A fully connected layer: y = x W + b, with x (batch, in), W (in, out), b (out). With more axes in front of the last, each
 * row is treated alike.
 *
 * @param units the number of outputs
 * @param weights how W begins; He's normal numbers unless changed
 * @param bias whether b, which begins at zero, is added
 */
public record Dense(int units, Initializer weights, boolean bias) implements Layer {
    public Dense {
        if (units <= 0) {
            throw new IllegalArgumentException("Dense: expected at least 1 unit, got " + units);
        }
    }

    public Dense(int units) {
        this(units, Initializer.heNormal(), true);
    }

    public Dense withWeights(Initializer initializer) {
        return new Dense(units, initializer, bias);
    }

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
