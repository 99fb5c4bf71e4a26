package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;

/**
 * A tensor that a layer asked for and the model keeps: a trainable one, or a state that training carries along.
 *
 * @param path its name in the model and in saved files, like {@code 0.dense/weight}
 * @param role whether weight decay applies
 */
public record Parameter(String path, Shape shape, Initializer initializer, Role role) {
    private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8; // the length of a Java array

    public Parameter {
        if (shape.size() > MOST_NUMBERS) {
            throw new IllegalArgumentException(
                    "parameter \"" + path + "\": expected at most " + MOST_NUMBERS + " numbers, got " + shape);
        }
    }

    /** What a parameter is for; decay applies to weights only. */
    public enum Role {
        WEIGHT,
        BIAS,
        /** Not trained: a running mean, a count. */
        STATE
    }
}
