package schuss.layers;

import schuss.DType;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * A row of numbers for each of {@code count} symbols (Bengio et al. 2003): indices i32 (batch, ...), 0 to count - 1, become
 * (batch, ..., size). An index outside is refused by input, example and number.
 *
 * <pre>{@code
 * Layer words = Sequential.of(new Embedding(5000, 64), new Flatten(), new Dense(2));
 * Model model = Model.create(words, new Spec("tokens", DType.I32, Shape.of(20)), device, 42);
 * float[] scores = model.predict(new int[20]); // indices 0 to 4999
 * }</pre>
 *
 * <p>An update changes the rows that its batches asked for and no others: not by decay, and not by what an optimiser
 * remembers of earlier gradients, which for those rows stays as it is too. So a step takes as long for a million symbols as
 * for a thousand; with {@link schuss.optim.Sgd} it comes to the same as an update of all rows. What goes through the whole table
 * is an average of the weights, a limit of norms, and an update of several batches. A table that is read in another way,
 * by {@link TiedDense} or with weights changed on their way, is updated as a whole, as every weight is.
 *
 * @param count the number of symbols
 * @param size the length of a row
 * @param weights how the table (count, size) begins: normal with variance 1 / size unless changed, rows of length one
 */
public record Embedding(int count, int size, Initializer weights) implements Layer {
    public Embedding {
        if (count < 1) {
            throw new IllegalArgumentException("Embedding: expected a count of at least 1, got " + count);
        }
        if (size < 1) {
            throw new IllegalArgumentException("Embedding: expected a size of at least 1, got " + size);
        }
    }

    public Embedding(int count, int size) {
        this(count, size, Initializer.normal(1 / Math.sqrt(Math.max(1, size))));
    }

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
