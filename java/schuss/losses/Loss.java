package schuss.losses;

import schuss.DType;
import schuss.ops.Value;

/**
 * What training makes small: one number per example, composed of ops; the trainer takes the mean over the batch. One of
 * your own is a lambda:
 *
 * <pre>{@code
 * Loss absolute = (output, target) -> output.sub(target).map(e -> e.abs()).mean(-1);
 * }</pre>
 */
@FunctionalInterface
public interface Loss {
    /** The losses (batch) of a network's outputs against their targets. */
    Value forward(Value output, Value target);

    /** The type of targets this loss compares with: i32 for class labels, else f32. */
    default DType targetType() {
        return DType.F32;
    }

    /** What {@code predict} makes of the network's output, such as probabilities of logits. */
    default Prediction prediction() {
        return Prediction.OUTPUT;
    }

    /** Averages over every axis but the first. */
    static Value meanPerExample(Value x) {
        int[] axes = java.util.stream.IntStream.range(1, x.shape().rank()).toArray();
        return axes.length == 0 ? x : x.mean(axes);
    }

    /** Fails unless output and target have one shape. */
    static void expectSameShape(String loss, Value output, Value target) {
        if (!output.shape().equals(target.shape())) {
            throw new IllegalArgumentException(
                    loss + ": expected targets of the output's shape " + output.shape() + ", got " + target.shape());
        }
    }
}
