package schuss.layers;

import schuss.ops.Value;

/**
 * A penalty on a layer's output (activity regularisation). It makes representations sparse or keeps them small. The
 * output equals the input, {@code y = x}; the penalty {@code l1 * sum |y| + l2 * sum y^2}, summed over all elements of an
 * example, is added to the loss of that example.
 *
 * <p>Input and output have the same shape, (batch, ...). The losses reported during training and validation include the
 * penalty.
 *
 * <pre>{@code
 * Layer sparse = Sequential.of(new Dense(500), new Relu(), ActivityPenalty.withL1(1e-4), new Dense(784));
 * }</pre>
 *
 * @param l1 factor of the sum of absolute values, finite and at least 0
 * @param l2 factor of the sum of squares, finite and at least 0
 */
public record ActivityPenalty(double l1, double l2) implements Layer {
    /**
     * Creates a penalty with both factors.
     *
     * @param l1 factor of the sum of absolute values, finite and at least 0
     * @param l2 factor of the sum of squares, finite and at least 0
     * @throws IllegalArgumentException if a factor is negative or not finite
     */
    public ActivityPenalty {
        if (!(l1 >= 0 && l2 >= 0 && l1 + l2 < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "ActivityPenalty: expected finite factors of at least 0, got " + l1 + " and " + l2);
        }
    }

    /**
     * {@return a penalty on absolute values only, which drives many outputs to exactly 0}
     *
     * @param factor the factor of the sum of absolute values, finite and at least 0
     */
    public static ActivityPenalty l1(double factor) {
        return new ActivityPenalty(factor, 0);
    }

    /**
     * {@return a penalty on squares only, which keeps large outputs small}
     *
     * @param factor the factor of the sum of squares, finite and at least 0
     */
    public static ActivityPenalty l2(double factor) {
        return new ActivityPenalty(0, factor);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        int[] axes = java.util.stream.IntStream.range(1, x.shape().rank()).toArray();
        Value penalty = x.map(e -> e.abs().mul(l1).add(e.square().mul(l2)));
        scope.addLoss(axes.length == 0 ? penalty : penalty.sum(axes));
        return x;
    }
}
