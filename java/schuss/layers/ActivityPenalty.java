package schuss.layers;

import schuss.ops.Value;

/**
 * A penalty on what a layer puts out, for sparse representations: y = x, and l1 * sum |y| + l2 * sum y^2 over an example's
 * elements is added to its loss. Reported losses, those of validation included, contain it.
 *
 * <pre>{@code
 * Layer sparse = Sequential.of(new Dense(500), new Relu(), ActivityPenalty.withL1(1e-4), new Dense(784));
 * }</pre>
 */
public record ActivityPenalty(double l1, double l2) implements Layer {
    public ActivityPenalty {
        if (!(l1 >= 0 && l2 >= 0 && l1 + l2 < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "ActivityPenalty: expected finite factors of at least 0, got " + l1 + " and " + l2);
        }
    }

    /** On the absolute values only, which makes many of them 0. */
    public static ActivityPenalty l1(double factor) {
        return new ActivityPenalty(factor, 0);
    }

    /** On the squares only, which makes large ones small. */
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
