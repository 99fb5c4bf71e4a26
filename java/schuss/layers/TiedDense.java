package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.MatMul;
import schuss.ops.Value;

/**
 * A dense layer that uses the transposed weights W of another layer: {@code y = x W' + b}. With a {@link Dense} source it
 * maps back, as in an autoencoder with tied weights: (batch, units) to (batch, in). With an {@link Embedding} source it
 * computes a score for every symbol (Press and Wolf 2017). W is trained through both uses, and its gradient is the sum of
 * both; b belongs to this layer and begins at 0.
 *
 * <pre>{@code
 * Dense encoder = new Dense(64);
 * Layer autoencoder = Sequential.of(encoder, new Tanh(), new TiedDense(encoder)); // 784 -> 64 -> 784
 * }</pre>
 *
 * @param source the {@code Dense} or {@code Embedding} whose weights are used; it must be applied earlier in the same
 *     network
 * @param bias whether b is added
 */
public record TiedDense(Layer source, boolean bias) implements Layer {
    /**
     * Creates the layer with both settings.
     *
     * @param source the {@code Dense} or {@code Embedding} whose weights are used
     * @param bias whether b is added
     * @throws IllegalArgumentException if the source is neither a {@code Dense} nor an {@code Embedding}
     */
    public TiedDense {
        if (!(source instanceof Dense) && !(source instanceof Embedding)) {
            throw new IllegalArgumentException("TiedDense: expected a Dense or Embedding as its source, got " + source);
        }
    }

    /**
     * Creates a layer with bias that uses the weights of a dense layer.
     *
     * @param source the layer whose weights are used, applied earlier in the same network
     */
    public TiedDense(Dense source) {
        this(source, true);
    }

    /**
     * Creates a layer with bias that uses the table of an embedding.
     *
     * @param source the layer whose table is used, applied earlier in the same network
     */
    public TiedDense(Embedding source) {
        this(source, true);
    }

    /** {@return a copy of this layer that adds no bias} */
    public TiedDense withoutBias() {
        return new TiedDense(source, false);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Value weight = scope.shared(source, "weight");
        int in = weight.shape().dim(1);
        int units = weight.shape().dim(0);
        if (x.shape().rank() < 2 || x.shape().dim(-1) != in) {
            throw new IllegalArgumentException("expected input (batch, " + in + "), got " + x.shape());
        }
        Value rows = x.reshape(Shape.of((int) (x.shape().size() / in), in));
        Value y = Value.of(new MatMul(false, true), rows, weight);
        if (bias) {
            y = y.add(scope.bias("bias", Shape.of(units), Initializer.zeros()));
        }
        return y.reshape(x.shape().with(-1, units));
    }
}
