package schuss.layers;

import schuss.ops.Value;

/**
 * Dropout (Srivastava et al. 2014): in training an element becomes 0 with probability {@code rate}, by a fresh mask for
 * every example. In the inverted form, the usual one, what is kept is divided by 1 - rate and inference does nothing; in the
 * weight-scaling form, the one first published (Hinton et al. 2012), what is kept stays as it is and inference multiplies
 * by 1 - rate. Both have the same mean.
 *
 * @param rate the chance to drop an element, in [0, 1). Some texts write p for this, some for the chance to keep.
 * @param inverted whether training scales and not inference
 */
public record Dropout(double rate, boolean inverted) implements Layer {
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Dropout: expected a rate in [0, 1), got " + rate);
        }
    }

    public Dropout(double rate) {
        this(rate, true);
    }

    /** {@code Dropout.drop(0.2)} says what the number means. */
    public static Dropout drop(double rate) {
        return new Dropout(rate);
    }

    /** The same by the chance to keep an element, in (0, 1]. */
    public static Dropout keep(double probability) {
        return new Dropout(1 - probability);
    }

    /** The form that leaves training unscaled and multiplies by 1 - rate at inference. */
    public Dropout weightScaling() {
        return new Dropout(rate, false);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (rate == 0) {
            return x;
        } else if (!scope.dropout()) {
            return inverted ? x : x.mul(1 - rate);
        }
        double scale = inverted ? 1 / (1 - rate) : 1;
        return Value.of(new schuss.ops.Dropout(rate, scale, 1, scope.nextStream()), x, scope.random());
    }
}
