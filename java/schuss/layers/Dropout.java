package schuss.layers;

import schuss.ops.Value;

/**
 * Inverted dropout (Srivastava et al. 2014): in training an element becomes 0 with probability {@code rate} and is
 * divided by 1 - rate otherwise, by a fresh mask for every example; at inference nothing happens.
 *
 * @param rate the chance to drop an element, in [0, 1). Some texts write p for this, some for the chance to keep.
 */
public record Dropout(double rate) implements Layer {
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Dropout: expected a rate in [0, 1), got " + rate);
        }
    }

    /** {@code Dropout.drop(0.2)} says what the number means. */
    public static Dropout drop(double rate) {
        return new Dropout(rate);
    }

    /** The same by the chance to keep an element, in (0, 1]. */
    public static Dropout keep(double probability) {
        return new Dropout(1 - probability);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (!scope.dropout() || rate == 0) {
            return x;
        }
        return Value.of(new schuss.ops.Dropout(rate, scope.nextStream()), x, scope.random());
    }
}
