package schuss.layers;

import schuss.ops.Value;

/**
 * Dropout of whole channels, for images and sequences, where neighbouring elements are so similar that dropping single
 * ones has little effect. During training each channel of each example is set to 0 at all positions with probability
 * {@code rate}, and divided by {@code 1 - rate} otherwise. At inference nothing changes. Input and output have the same
 * shape, (batch, ..., channels).
 *
 * <p>Source: Tompson et al., Efficient Object Localization (2015).
 *
 * @param rate the probability of dropping a channel, in [0, 1)
 */
public record SpatialDropout(double rate) implements Layer {
    /**
     * Creates the layer.
     *
     * @param rate the probability of dropping a channel, in [0, 1)
     * @throws IllegalArgumentException if the rate is not in [0, 1)
     */
    public SpatialDropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("SpatialDropout: expected a rate in [0, 1), got " + rate);
        }
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException("expected input (batch, ..., channels), got " + x.shape());
        }
        if (!scope.dropout() || rate == 0) {
            return x;
        }
        int places = (int) (x.shape().tail().size() / x.shape().dim(-1));
        return Value.of(new schuss.ops.Dropout(rate, 1 / (1 - rate), places, scope.nextStream()), x, scope.random());
    }
}
