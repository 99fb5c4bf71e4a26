package schuss.layers;

import java.util.Objects;
import schuss.ops.Value;

/**
 * A layer with a name of its own. {@link Sequential} uses the name in paths instead of position and kind, so that a path
 * stays the same when layers are added in front of it:
 *
 * <pre>{@code
 * Layer net = Sequential.of(
 *         new Conv2d(32, 5).named("edges"), // its parameters are edges/weight and edges/bias
 *         new Relu(), new Flatten(),
 *         new Dense(10).named("classes"));
 * Trainer head = trainer.withFrozen("edges");
 * }</pre>
 *
 * <p>Use {@link Layer#named} to make one. The name changes nothing else: a layer object that is used in two places shares its
 * parameters, whatever it is called there.
 *
 * @param name the name: not empty, at most 100 characters, without {@code /} and {@code *}
 * @param layer the layer
 */
public record Named(String name, Layer layer) implements Layer {
    private static final int MOST = 100;

    /**
     * Creates a layer with a name.
     *
     * @param name the name
     * @param layer the layer
     * @throws IllegalArgumentException if the name is empty or long, or contains {@code /} or {@code *}
     */
    public Named {
        Objects.requireNonNull(layer, "layer");
        if (name.isBlank() || name.length() > MOST || name.contains("/") || name.contains("*")) {
            throw new IllegalArgumentException(
                    "layer name: expected 1 to " + MOST + " characters without '/' and '*', got \"" + name + "\"");
        }
    }

    @Override
    public Value forward(Scope scope, Value x) {
        return layer.forward(scope, x);
    }

    @Override
    public Value[] forward(Scope scope, Value... inputs) {
        return layer.forward(scope, inputs);
    }
}
