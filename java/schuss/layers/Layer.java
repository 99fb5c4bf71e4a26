package schuss.layers;

import java.util.Locale;
import schuss.ops.Value;

/**
 * A description of a computation: given symbolic inputs it composes ops. A layer holds settings, never numbers; its
 * parameters belong to the model, under the path at which the layer was applied. Applying the same instance twice shares
 * its parameters.
 *
 * <p>A layer is one method, so a lambda will do. A skip connection of one's own:
 *
 * <pre>{@code
 * record Skip(Layer inner) implements Layer {
 *     public Value forward(Scope scope, Value x) {
 *         return x.add(scope.apply("inner", inner, x));
 *     }
 * }
 * }</pre>
 *
 * <p>Careful with a lambda that captures nothing: Java makes one instance of it wherever that line runs, so its uses share
 * parameters.
 */
@FunctionalInterface
public interface Layer {
    /** Composes the output for a batch {@code x}, whose first axis counts examples. */
    Value forward(Scope scope, Value x);

    /** The form for several inputs and outputs; a layer of one input keeps the default. */
    default Value[] forward(Scope scope, Value... inputs) {
        if (inputs.length != 1) {
            throw new IllegalArgumentException("expected 1 input, got " + inputs.length);
        }
        return new Value[] {forward(scope, inputs[0])};
    }

    /** The kind of layer in paths such as {@code 0.dense/weight}. */
    default String name() {
        String name = getClass().isSynthetic() ? "lambda" : getClass().getSimpleName();
        return name.isEmpty() ? "layer" : name.toLowerCase(Locale.ROOT);
    }
}
