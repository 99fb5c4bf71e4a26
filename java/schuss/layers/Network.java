package schuss.layers;

import java.util.Map;
import java.util.Optional;
import schuss.ops.Value;

/**
 * What a model computes: named outputs from named inputs. A {@link Layer} is enough for one input and one output; for
 * several of them write a network as a lambda:
 *
 * <pre>{@code
 * Network house = (scope, in) -> {
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
    /** The name of the input, and of the target, where there is only one. */
    String INPUT = "input";

    /** The name of the output where there is only one. */
    String OUTPUT = "output";

    /**
     * Computes the outputs for a batch. The method runs once when a model is built, with symbolic values, not for every
     * batch.
     *
     * @param scope gives parameters and applies layers
     * @param inputs the inputs by name; their first axis is the batch
     * @return the outputs by name; their first axis is the batch
     */
    Map<String, Value> forward(Scope scope, Map<String, Value> inputs);

    /**
     * {@return a network of one input, under any name, and one output called {@link #OUTPUT}}
     *
     * @param layer the layer that computes the output
     */
    static Network of(Layer layer) {
        return new LayerNetwork(layer);
    }

    /** {@return the layer from which {@link #of} made this network, or empty for any other network} */
    default Optional<Layer> layer() {
        return Optional.empty();
    }
}
