package schuss;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import schuss.layers.Network;
import schuss.ops.Value;

/** Images as data sets hold them, in bytes, which reach the device in a quarter of the time. */
final class ImageBytes {
    private static final int BYTE_RANGE = 255;

    private ImageBytes() {}

    /** A network that also takes bytes where it wants f32: 0 to 255 become 0 to 1. */
    static Network accepted(List<Spec> inputs, Network network) {
        return (scope, given) -> {
            Map<String, Value> wanted = new LinkedHashMap<>(given);
            for (Spec input : inputs) {
                wanted.computeIfPresent(
                        input.name(),
                        (name, value) -> value.dtype() == DType.U8 && input.dtype() == DType.F32
                                ? value.mul(1.0 / BYTE_RANGE)
                                : value);
            }
            return network.forward(scope, wanted);
        };
    }
}
