package schuss.layers;

import java.util.HashMap;
import java.util.Map;
import schuss.ops.Value;

/**
 * Adds normal noise to the weights of the inner layer during training, as a regulariser that favours flat minima of the
 * loss: each weight w is used as {@code w + n}, with n drawn anew for every element and step. The gradient is applied to
 * w. Biases get no noise, and at inference there is none.
 *
 * <pre>{@code
 * Layer network = new WeightNoise(Sequential.of(new Dense(100), new Tanh(), new Dense(10)), 0.05);
 * }</pre>
 *
 * <p>Sources: Murray and Edwards (1994); Graves, Practical Variational Inference (2011).
 *
 * @param inner the layer or network whose weights get noise
 * @param standardDeviation the standard deviation of the noise, finite and at least 0
 */
public record WeightNoise(Layer inner, double standardDeviation) implements Layer {
    /**
     * Creates the layer.
     *
     * @param inner the layer or network whose weights get noise
     * @param standardDeviation the standard deviation of the noise, finite and at least 0
     * @throws IllegalArgumentException if the standard deviation is negative or not finite
     */
    public WeightNoise {
        java.util.Objects.requireNonNull(inner, "inner");
        GaussianNoise.check("WeightNoise", standardDeviation);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (!scope.dropout() || standardDeviation == 0) {
            return scope.apply("inner", inner, x);
        }
        Map<Value, Value> noisy = new HashMap<>(); // a weight that is used twice has one noise
        Scope changed =
                scope.withWeights(w -> noisy.computeIfAbsent(w, v -> GaussianNoise.add(scope, v, standardDeviation)));
        return changed.apply("inner", inner, x);
    }
}
