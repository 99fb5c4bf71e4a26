package schuss.trace;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import schuss.layers.Layer;
import schuss.ops.Value;

/**
 * A layer where it was applied: what went in and what came out.
 *
 * @param path its place in the network, empty for the network itself; an instance applied twice has one path
 */
public record Applied(String path, Layer layer, List<Value> inputs, List<Value> outputs) {
    public Applied {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The paths of layers around others. */
    public static Set<String> around(List<Applied> all) {
        Set<String> around = new HashSet<>();
        for (Applied applied : all) {
            for (String path = applied.path; !path.isEmpty(); ) {
                path = path.substring(0, Math.max(path.lastIndexOf('/'), 0));
                around.add(path);
            }
        }
        return around;
    }

    /** The layer's kind, for people to read. */
    public String kind() {
        return layer.getClass().isSynthetic() ? "lambda" : layer.getClass().getSimpleName();
    }
}
