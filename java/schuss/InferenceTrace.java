package schuss;

import java.util.List;
import java.util.Map;
import java.util.Set;
import schuss.layers.LayerException;
import schuss.layers.Network;
import schuss.ops.Value;
import schuss.trace.Programs;
import schuss.trace.Trace;

/** A network traced for one example, which it must be able to take as one of a batch. */
final class InferenceTrace {
    private static final Set<DType> INPUTS = Set.of(DType.F32, DType.I32, DType.U8);

    private InferenceTrace() {}

    static Trace of(Network network, List<Spec> inputs) {
        for (Spec input : inputs) {
            if (!INPUTS.contains(input.dtype())) {
                throw new IllegalArgumentException(
                        "model: expected an input of type F32, I32 or U8, got " + input.dtype());
            }
        }
        Trace trace;
        try {
            trace = Programs.inference(
                    network, inputs.stream().map(input -> input.batched(1)).toList(), Map.of());
        } catch (LayerException e) {
            throw inputs.stream().noneMatch(input -> input.dtype() == DType.U8) ? e : withHint(e);
        }
        trace.program().outputs().forEach(InferenceTrace::checkOutput);
        return trace;
    }

    private static LayerException withHint(LayerException refused) {
        return new LayerException(
                refused.getMessage() + "; for images in bytes give the model their shape alone, as input().shape():"
                        + " 0 to 255 then become 0 to 1",
                refused);
    }

    private static void checkOutput(String name, Value made) {
        if (made.dtype() != DType.F32) {
            throw new IllegalArgumentException("network: expected an output of type F32, got " + made.dtype());
        }
        if (made.shape().isScalar() || made.shape().dim(0) != 1) {
            throw new IllegalArgumentException(
                    "network: expected an output (batch, ...), (1, ...) for one example, got " + made.shape());
        }
    }
}
