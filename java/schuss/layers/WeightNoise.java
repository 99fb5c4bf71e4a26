package schuss.layers;

import java.util.HashMap;
import java.util.Map;
import schuss.ops.Value;

/**
 * Noise on weights (Murray and Edwards 1994; Graves 2011): in training each weight w inside the inner layer is used as
 * w + n, with n normal and drawn once a step for every element, and the gradient goes to w. Biases stay as they are; at
 * inference all does. It favours minima around which the loss is flat.
 *
 * <pre>{@code
 * Layer network = new WeightNoise(Sequential.of(new Dense(100), new Tanh(), new Dense(10)), 0.05);
 * }</pre>
 *
 * @param standardDeviation of the noise, finite, at least 0
 */
public record WeightNoise(Layer inner, double standardDeviation) implements Layer {
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
