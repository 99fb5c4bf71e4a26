package schuss.layers;

import schuss.ops.Value;

/**
 * Dropout: during training every element is set to 0 with probability {@code rate}, independently for each example and
 * step. This reduces overfitting. Input and output have the same shape.
 *
 * <p>In the usual, inverted form the remaining elements are divided by {@code 1 - rate} in training, and inference
 * changes nothing. In the weight-scaling form (Hinton et al. 2012) training does not scale, and inference multiplies by
 * {@code 1 - rate}. The mean of the output is the same in both.
 *
 * <pre>{@code
 * Layer net = Sequential.of(new Dense(512), new Relu(), new Dropout(0.5), new Dense(10));
 * }</pre>
 *
 * <p>Source: Srivastava et al., Dropout (2014).
 *
 * @param rate the probability of dropping an element, in [0, 1). Some texts use p for this, others for the probability of
 *     keeping one: {@link #drop} and {@link #keep} say which.
 * @param inverted whether training scales (true, the default) or inference
 */
public record Dropout(double rate, boolean inverted) implements Layer {
    /**
     * Creates the layer with both settings.
     *
     * @param rate the probability of dropping an element, in [0, 1)
     * @param inverted whether training scales (true, the default) or inference
     * @throws IllegalArgumentException if the rate is not in [0, 1)
     */
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Dropout: expected a rate in [0, 1), got " + rate);
        }
    }

    /**
     * Creates dropout in the usual, inverted form.
     *
     * @param rate the probability of dropping an element, in [0, 1)
     */
    public Dropout(double rate) {
        this(rate, true);
    }

    /**
     * {@return dropout with the given probability of dropping an element, the same as {@code new Dropout(rate)}}
     *
     * @param rate the probability of dropping an element, in [0, 1)
     */
    public static Dropout drop(double rate) {
        return new Dropout(rate);
    }

    /**
     * {@return dropout with the given probability of keeping an element}
     *
     * @param probability the probability of keeping an element, in (0, 1]
     */
    public static Dropout keep(double probability) {
        return new Dropout(1 - probability);
    }

    /**
     * {@return a copy in the weight-scaling form, which does not scale in training and multiplies by {@code 1 - rate} at
     * inference}
     */
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
