package schuss.losses;

import java.util.stream.IntStream;
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

    /**
     * The losses with the weights their mean divides by: those of {@link #forward}, counted alike, unless a loss
     * overrides it. Focus on the rare class of two, with outputs and targets (batch, 1):
     *
     * <pre>{@code
     * public Losses losses(Value output, Value target) {
     *     Value weights = target.map(t -> t.mul(9).add(1)).sum(1); // 10 where the target is 1, else 1
     *     return Losses.of(forward(output, target)).weighted(weights);
     * }
     * }</pre>
     */
    default Losses losses(Value output, Value target) {
        return Losses.of(forward(output, target));
    }

    /**
     * 1 for each example (batch) that counts, 0 for one whose target says that it does not: what metrics of the same target
     * leave out too. Null where all count.
     */
    default Value counted(Value target) {
        return null;
    }

    /** The type of targets this loss compares with: i32 for class labels, else f32. */
    default DType targetType() {
        return DType.F32;
    }

    /** What {@code predict} makes of the network's output, such as probabilities of logits. */
    default OutputActivation prediction() {
        return OutputActivation.OUTPUT;
    }

    /** Averages over every axis but the first. */
    static Value meanPerExample(Value x) {
        return x.shape().rank() < 2 ? x : x.mean(innerAxes(x));
    }

    /** Sums over every axis but the first. */
    static Value sumPerExample(Value x) {
        return x.shape().rank() < 2 ? x : x.sum(innerAxes(x));
    }

    private static int[] innerAxes(Value x) {
        return IntStream.range(1, x.shape().rank()).toArray();
    }

    /** Fails unless output and target have one shape. */
    static void expectSameShape(String loss, Value output, Value target) {
        if (!output.shape().equals(target.shape())) {
            throw new IllegalArgumentException(
                    loss + ": expected targets of the output's shape " + output.shape() + ", got " + target.shape());
        }
    }
}
