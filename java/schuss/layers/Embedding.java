package schuss.layers;

import schuss.DType;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * A trainable vector for each of {@code count} symbols, such as words or user numbers. The input holds indices from 0 to
 * {@code count - 1} as 32-bit integers, (batch, ...); the output holds the vectors of those symbols, (batch, ..., size).
 * An index out of range is an error that names the input, the example and the index.
 *
 * <pre>{@code
 * Layer words = Sequential.of(new Embedding(5000, 64), new Flatten(), new Dense(2));
 * Model model = Model.create(words, new Spec("tokens", DType.I32, Shape.of(20)), device, 42);
 * float[] scores = model.predict(new int[20]); // indices 0 to 4999
 * }</pre>
 *
 * <p>A training step updates only the rows that occur in its batch. Weight decay and the optimizer's memory of earlier
 * gradients (momentum, moments) leave all other rows unchanged too, so a step takes as long for a million symbols as for
 * a thousand. With plain {@link schuss.optim.Sgd} the result is the same as updating all rows. The whole table is visited
 * by averaging of weights, by max-norm constraints and by gradient accumulation over several batches. A table that is
 * also read in another way, by {@link TiedDense} or inside {@link WeightNoise}, is updated as a whole like any other
 * weight.
 *
 * <p>Source: Bengio et al., A Neural Probabilistic Language Model (2003).
 *
 * @param count the number of symbols, at least 1
 * @param size the length of each vector, at least 1
 * @param weights the initializer of the table (count, size); by default normal with variance 1 / size, so that vectors
 *     have a length of about 1
 */
public record Embedding(int count, int size, Initializer weights) implements Layer {
    /**
     * Creates the layer from all its settings; {@link #Embedding(int, int)} is the usual way.
     *
     * @param count the number of symbols, at least 1
     * @param size the length of each vector, at least 1
     * @param weights the initializer of the table (count, size)
     * @throws IllegalArgumentException if the count or the size is below 1
     */
    public Embedding {
        if (count < 1) {
            throw new IllegalArgumentException("Embedding: expected a count of at least 1, got " + count);
        }
        if (size < 1) {
            throw new IllegalArgumentException("Embedding: expected a size of at least 1, got " + size);
        }
    }

    /**
     * Creates an embedding with the default initializer.
     *
     * @param count the number of symbols, at least 1
     * @param size the length of each vector, at least 1
     */
    public Embedding(int count, int size) {
        this(count, size, Initializer.normal(1 / Math.sqrt(Math.max(1, size))));
    }

    /**
     * {@return a copy of this layer whose table begins with other numbers}
     *
     * @param initializer draws the initial table
     */
    public Embedding withWeights(Initializer initializer) {
        return new Embedding(count, size, initializer);
    }

    @Override
    public Value forward(Scope scope, Value indices) {
        if (indices.dtype() != DType.I32) {
            throw new IllegalArgumentException("expected indices i32(batch, ...), got " + indices.type());
        }
        return scope.rows("weight", Shape.of(count, size), weights, indices);
    }
}
