package schuss.layers;

import java.util.List;
import schuss.ops.Value;

/**
 * Layers one after the other, named by position and kind: {@code 0.dense}, {@code 1.relu}, {@code 2.dense}.
 *
 * <pre>{@code
 * Layer mlp = Sequential.of(new Flatten(), new Dense(500), new Relu(), new Dense(10));
 * }</pre>
 */
public record Sequential(List<Layer> layers) implements Layer {
    public Sequential {
        layers = List.copyOf(layers);
    }

    public static Sequential of(Layer... layers) {
        return new Sequential(List.of(layers));
    }

    @Override
    public Value forward(Scope scope, Value x) {
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            x = scope.apply(i + "." + layer.name(), layer, x);
        }
        return x;
    }
}
