package schuss.layers;

import java.util.List;
import schuss.ops.Value;

/**
 * Layers one after the other: each gets the output of the one before. In paths they are named by position and kind:
 * {@code 0.dense}, {@code 1.relu}, {@code 2.dense}; or by names that you give them, see {@link Layer#named}.
 *
 * <pre>{@code
 * Layer mlp = Sequential.of(new Flatten(), new Dense(500), new Relu(), new Dense(10));
 * }</pre>
 *
 * @param layers the layers in order
 */
public record Sequential(List<Layer> layers) implements Layer {
    /**
     * Creates the network from a list, which is copied.
     *
     * @param layers the layers in order
     */
    public Sequential {
        layers = List.copyOf(layers);
    }

    /**
     * {@return a network of these layers}
     *
     * @param layers the layers in order
     */
    public static Sequential of(Layer... layers) {
        return new Sequential(List.of(layers));
    }

    @Override
    public Value forward(Scope scope, Value x) {
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            x = scope.apply(layer instanceof Named named ? named.name() : i + "." + layer.name(), layer, x);
        }
        return x;
    }
}
