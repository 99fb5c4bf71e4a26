package schuss.layers;

import schuss.ops.Normal;
import schuss.ops.Value;

/**
 * Adds normal noise during training, as a regulariser: {@code y = x + n}, with n drawn anew for every element and step.
 * At inference {@code y = x}. Input and output have the same shape. On the input of a linear model with squared error it
 * acts like L2 weight decay (Bishop 1995).
 *
 * <pre>{@code
 * Layer denoising = Sequential.of(new GaussianNoise(0.3), new Dense(64), new Relu(), new Dense(784));
 * }</pre>
 *
 * @param standardDeviation the standard deviation of the noise, finite and at least 0
 */
public record GaussianNoise(double standardDeviation) implements Layer {
    /**
     * Creates the layer.
     *
     * @param standardDeviation the standard deviation of the noise, finite and at least 0
     * @throws IllegalArgumentException if the standard deviation is negative or not finite
     */
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
