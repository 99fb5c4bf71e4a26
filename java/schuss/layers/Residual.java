package schuss.layers;

import schuss.ops.Value;

/**
 * A skip connection (He et al. 2016): y = shortcut(x) + inner(x), so that a block learns what to change. Both have the same
 * output shape; the shortcut is x itself unless given.
 *
 * <pre>{@code
 * Layer block = new Residual(Sequential.of(new Dense(64), new Relu(), new Dense(64)));
 * Layer wider = new Residual(Sequential.of(new Dense(64), new Relu(), new Dense(128)), new Dense(128));
 * }</pre>
 *
 * @param shortcut what leads past the inner layer, or null for x itself
 */
public record Residual(Layer inner, Layer shortcut) implements Layer {
    public Residual {
        java.util.Objects.requireNonNull(inner, "inner");
    }

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
