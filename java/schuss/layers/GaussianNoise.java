package schuss.layers;

import schuss.ops.Normal;
import schuss.ops.Value;

/**
 * Noise on activations or inputs: in training y = x + n, with n normal, drawn anew for every element and step; at inference
 * y = x. On the input of a linear model with squared error it acts as L2 decay (Bishop 1995).
 *
 * @param standardDeviation of the noise, finite, at least 0
 */
public record GaussianNoise(double standardDeviation) implements Layer {
    public GaussianNoise {
        check("GaussianNoise", standardDeviation);
    }

    static void check(String layer, double standardDeviation) {
        if (!(standardDeviation >= 0 && standardDeviation < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    layer + ": expected a finite standard deviation of at least 0, got " + standardDeviation);
        }
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return scope.dropout() && standardDeviation > 0 ? add(scope, x, standardDeviation) : x;
    }

    static Value add(Scope scope, Value x, double standardDeviation) {
        return x.add(Value.of(new Normal(x.shape(), standardDeviation, scope.nextStream()), scope.random()));
    }
}
