package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;

/**
 * A trainable tensor that a layer asked for.
 *
 * @param path its name in the model and in saved files, like {@code 0.dense/weight}
 * @param role whether weight decay applies
 */
public record Parameter(String path, Shape shape, Initializer initializer, Role role) {
    /** What a parameter is for; decay applies to weights only. */
    public enum Role {
        WEIGHT,
        BIAS
    }
}
