package schuss.layers;

import schuss.ops.Value;

/**
 * Dropout of whole channels (Tompson et al. 2015): in training each channel of an example, (batch, ..., channels), becomes 0
 * everywhere with probability {@code rate} and is divided by 1 - rate otherwise, by a fresh mask for every example; at
 * inference nothing happens. For images and sequences, where neighbours say nearly the same.
 *
 * @param rate the chance to drop a channel, in [0, 1)
 */
public record SpatialDropout(double rate) implements Layer {
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
