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

    /** Whether weight decay applies. */
    public boolean isWeight() {
        return role == Role.WEIGHT || role == Role.TABLE;
    }

    /** Whether rows of it are looked up and nothing else is read. */
    public boolean isTable() {
        return role == Role.TABLE;
    }

    /** The same once all of it is read. */
    public Parameter read() {
        return isTable() ? new Parameter(path, shape, initializer, Role.WEIGHT) : this;
    }

    /** What a parameter is for; decay applies to weights and tables only. */
    public enum Role {
        WEIGHT,
        /** A weight of which rows are looked up and nothing else is read: an update changes those rows alone. */
        TABLE,
        BIAS,
        /** Not trained: a running mean, a count. */
        STATE
    }
}
