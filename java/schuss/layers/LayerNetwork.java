package schuss.layers;

import java.util.Map;
import java.util.Optional;
import schuss.ops.Value;

/** A layer as a network of one input and one output. */
record LayerNetwork(Layer only) implements Network {
    @Override
    public Map<String, Value> forward(Scope scope, Map<String, Value> inputs) {
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("network: expected one input for a layer, got " + inputs.keySet());
        }
        return Map.of(OUTPUT, scope.whole(only, inputs.values().iterator().next()));
    }

    @Override
    public Optional<Layer> layer() {
        return Optional.of(only);
    }
}
