package schuss.layers;

import java.util.Map;
import java.util.Optional;
import schuss.ops.Value;

/**
 * What a model computes: outputs by name from inputs by name. A {@link Layer} is a network of one input and one output;
 * one of several is a lambda:
 *
 * <pre>{@code
 * Network product = (scope, in) -> {
 *     Value image = scope.apply("image", convolutions, in.get("photo"));
 *     Value both = Value.concat(1, image, in.get("table"));
 *     return Map.of(
 *         "kind", scope.apply("kind", new Dense(10), both),
 *         "price", scope.apply("price", new Dense(1), both));
 * };
 * }</pre>
 */
@FunctionalInterface
public interface Network {
    /** The name of the input and of the target, where there is one of each. */
    String INPUT = "input";

    /** The name of the output, where there is one. */
    String OUTPUT = "output";

    /** Composes the outputs for a batch; the first axis of every input and output counts examples. */
    Map<String, Value> forward(Scope scope, Map<String, Value> inputs);

    /** A layer as a network of one input and one output, whatever the input is called. */
    static Network of(Layer layer) {
        return new LayerNetwork(layer);
    }

    /** The layer that this network is, if it was made {@link #of} one. */
    default Optional<Layer> layer() {
        return Optional.empty();
    }
}
