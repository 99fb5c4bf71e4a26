package schuss.trace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import schuss.layers.Layer;
import schuss.ops.Value;

/**
 * One application of a layer, seen during tracing.
 *
 * @param path the layer's place in the network, empty for the network itself; a layer that is applied twice has one
 *     path
 * @param layer the layer
 * @param inputs the values it was applied to
 * @param outputs the values it returned
 */
public record Applied(String path, Layer layer, List<Value> inputs, List<Value> outputs) {
    /**
     * Creates the record; the lists are copied.
     *
     * @param path the layer's place in the network, empty for the network itself; a layer that is applied twice has one
     *     path
     * @param layer the layer
     * @param inputs the values it was applied to
     * @param outputs the values it returned
     */
    public Applied {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * {@return the paths of the layers that contain other layers}
     *
     * @param all the applications of a trace
     */
    public static Set<String> around(List<Applied> all) {
        Set<String> around = new HashSet<>();
        for (Applied applied : all) {
            for (String path = applied.path(); !path.isEmpty(); ) {
                path = path.substring(0, Math.max(path.lastIndexOf('/'), 0));
                around.add(path);
            }
        }
        return around;
    }

    /** {@return the kind of layer in readable form: its class's simple name, or {@code lambda}} */
    public String kind() {
        return layer.getClass().isSynthetic() ? "lambda" : layer.getClass().getSimpleName();
    }
}
