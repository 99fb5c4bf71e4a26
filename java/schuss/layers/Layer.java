package schuss.layers;

import java.util.Locale;
import schuss.ops.Value;

/**
 * A building block of a network: a description of how to compute an output from an input. A layer is a small immutable
 * object that holds settings only. Its parameters (weights and biases) belong to the {@link schuss.Model}, under the path
 * at which the layer was applied, such as {@code 0.dense/weight}.
 *
 * <p>Applying the same layer object twice shares its parameters; two equal objects have parameters of their own.
 *
 * <p>A layer has one method, so your own layer is a record or a lambda that composes operations on {@link Value}s or
 * other layers. A skip connection, for example:
 *
 * <pre>{@code
 * record Skip(Layer inner) implements Layer {
 *     public Value forward(Scope scope, Value x) {
 *         return x.add(scope.apply("inner", inner, x));
 *     }
 * }
 * }</pre>
 *
 * <p>A lambda that captures no variable is one object however often its line runs, so all its uses share parameters. Use
 * a record where that is not wanted.
 */
@FunctionalInterface
public interface Layer {
    /**
     * Computes the output of this layer for a batch. The method runs once when a model is built, with symbolic values,
     * not for every batch.
     *
     * @param scope gives parameters and applies inner layers
     * @param x the input, whose first axis is the batch
     * @return the output, whose first axis is the batch
     * @throws IllegalArgumentException if the input's shape or type does not fit; the layer's path is added to the
     *     message
     */
    Value forward(Scope scope, Value x);

    /**
     * Computes the outputs of a layer with several inputs or outputs. Layers with one input and one output implement
     * {@link #forward(Scope, Value)} and keep this default.
     *
     * @param scope gives parameters and applies inner layers
     * @param inputs the inputs, whose first axis is the batch
     * @return the outputs, whose first axis is the batch
     * @throws IllegalArgumentException if the number of inputs is not the one this layer takes
     */
    default Value[] forward(Scope scope, Value... inputs) {
        if (inputs.length != 1) {
            throw new IllegalArgumentException("expected 1 input, got " + inputs.length);
        }
        return new Value[] {forward(scope, inputs[0])};
    }

    /**
     * {@return this layer under a name of its own, for paths that do not change when others are added before it}
     *
     * @param name the name, without {@code /} and {@code *}, used once in its {@link Sequential}
     * @throws IllegalArgumentException if the name is empty or contains such a character
     */
    default Layer named(String name) {
        return new Named(name, this);
    }

    /**
     * {@return the kind of this layer as it appears in paths such as {@code 0.dense/weight}: the class name in lower
     * case}
     */
    default String name() {
        String name = getClass().isSynthetic() ? "lambda" : getClass().getSimpleName();
        return name.isEmpty() ? "layer" : name.toLowerCase(Locale.ROOT);
    }
}
