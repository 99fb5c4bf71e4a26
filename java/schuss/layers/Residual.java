package schuss.layers;

import schuss.ops.Value;

/**
 * A skip connection: {@code y = shortcut(x) + inner(x)}. Very deep networks train better when each block only learns a
 * change of its input. The shortcut is x itself by default; inner layer and shortcut must have outputs of the same shape.
 *
 * <pre>{@code
 * Layer block = new Residual(Sequential.of(new Dense(64), new Relu(), new Dense(64)));
 * Layer wider = new Residual(Sequential.of(new Dense(64), new Relu(), new Dense(128)), new Dense(128));
 * }</pre>
 *
 * <p>Source: He et al., Deep Residual Learning (2016).
 *
 * @param inner the block whose output is added
 * @param shortcut the layer on the path around the block, or null for x itself
 */
public record Residual(Layer inner, Layer shortcut) implements Layer {
    /**
     * Creates a skip connection with a shortcut layer.
     *
     * @param inner the block whose output is added
     * @param shortcut the layer on the path around the block, or null for x itself
     * @throws NullPointerException if the inner layer is null
     */
    public Residual {
        java.util.Objects.requireNonNull(inner, "inner");
    }

    /**
     * Creates a skip connection whose shortcut is the input itself.
     *
     * @param inner a layer whose output has the shape of its input
     */
    public Residual(Layer inner) {
        this(inner, null);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Value past = shortcut == null ? x : scope.apply("shortcut", shortcut, x);
        Value change = scope.apply("inner", inner, x);
        if (!past.shape().equals(change.shape())) {
            throw new IllegalArgumentException("expected the inner layer's output to have the shape of "
                    + (shortcut == null
                            ? "its input " + past.shape() + ", or a shortcut"
                            : "the shortcut's " + past.shape())
                    + ", got " + change.shape());
        }
        return change.add(past);
    }
}
