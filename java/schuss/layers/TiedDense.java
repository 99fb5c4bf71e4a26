package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.MatMul;
import schuss.ops.Value;

/**
 * A dense layer with the transposed weights of another one: y = x W' + b. After {@code Dense} it leads back, as in an
 * autoencoder with tied weights; after {@code Embedding} it scores every symbol (Press and Wolf 2017). Both uses train the
 * one W, whose gradient is the sum of theirs; b is this layer's own and begins at zero.
 *
 * <pre>{@code
 * Dense encoder = new Dense(64);
 * Layer autoencoder = Sequential.of(encoder, new Tanh(), new TiedDense(encoder)); // 784 -> 64 -> 784
 * }</pre>
 *
 * @param source the {@code Dense} or {@code Embedding} whose weights are used, applied before in the same network
 * @param bias whether b is added
 */
public record TiedDense(Layer source, boolean bias) implements Layer {
    public TiedDense {
        if (!(source instanceof Dense) && !(source instanceof Embedding)) {
            throw new IllegalArgumentException("TiedDense: expected a Dense or Embedding as its source, got " + source);
        }
    }

    public TiedDense(Dense source) {
        this(source, true);
    }

    public TiedDense(Embedding source) {
        this(source, true);
    }

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
