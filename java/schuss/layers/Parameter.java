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
    /** What a parameter is for; decay applies to weights only. */
    public enum Role {
        WEIGHT,
        BIAS,
        /** Not trained: a running mean, a count. */
        STATE
    }
}
