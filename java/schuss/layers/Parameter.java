package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;

/**
 * A tensor that a layer declares and the model keeps: a trainable one, or a state such as a running mean.
 *
 * @param path its name in the model and in saved files, such as {@code 0.dense/weight}
 * @param shape its shape, of at most 2^31 - 9 numbers
 * @param initializer draws its initial numbers
 * @param role what it is for, which decides about training and weight decay
 */
public record Parameter(String path, Shape shape, Initializer initializer, Role role) {
    private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8; // the length of a Java array

    /**
     * Creates a parameter.
     *
     * @param path its name in the model and in saved files, such as {@code 0.dense/weight}
     * @param shape its shape, of at most 2^31 - 9 numbers
     * @param initializer draws its initial numbers
     * @param role what it is for, which decides about training and weight decay
     * @throws IllegalArgumentException if the shape has too many numbers
     */
    public Parameter {
        if (shape.size() > MOST_NUMBERS) {
            throw new IllegalArgumentException(
                    "parameter \"" + path + "\": expected at most " + MOST_NUMBERS + " numbers, got " + shape);
        }
    }

    /** {@return whether weight decay is applied to it} */
    public boolean isWeight() {
        return role == Role.WEIGHT || role == Role.TABLE;
    }

    /** {@return whether the network only looks up rows of it, so that an update can change those rows alone} */
    public boolean isTable() {
        return role == Role.TABLE;
    }

    /** {@return this parameter with a table turned into an ordinary weight, because the network reads all of it} */
    public Parameter read() {
        return isTable() ? new Parameter(path, shape, initializer, Role.WEIGHT) : this;
    }

    /** What a parameter is for. Weight decay is applied to {@link #WEIGHT} and {@link #TABLE} only. */
    public enum Role {
        /** A trainable tensor with weight decay. */
        WEIGHT,
        /** A weight of which only rows are looked up: an update changes those rows alone. */
        TABLE,
        /** A trainable tensor without weight decay: a bias, a scale, a shift. */
        BIAS,
        /** Not trained by the optimizer: a running mean, a count. */
        STATE
    }
}
