package schuss.losses;

import java.util.stream.IntStream;
import schuss.DType;
import schuss.ops.Value;

/**
 * The number that training minimises: one loss per example, computed from a network's output and the target. The trainer
 * takes the mean over the batch. Your own loss is a lambda:
 *
 * <pre>{@code
 * Loss absolute = (output, target) -> output.sub(target).map(e -> e.abs()).mean(-1);
 * }</pre>
 */
@FunctionalInterface
public interface Loss {
    /**
     * Computes the loss of each example. The method runs once when training is set up, with symbolic values.
     *
     * @param output the network's output, (batch, ...)
     * @param target the targets, of the type {@link #targetType}
     * @return the losses, (batch)
     * @throws IllegalArgumentException if the shapes do not fit each other
     */
    Value forward(Value output, Value target);

    /**
     * Computes the losses together with weights for their mean; override it for a loss that weights its examples. By
     * default every example has weight 1. For example, ten times the weight for the rare one of two classes, with outputs
     * and targets (batch, 1):
     *
     * <pre>{@code
     * public Losses losses(Value output, Value target) {
     *     Value weights = target.map(t -> t.mul(9).add(1)).sum(1); // 10 where the target is 1, else 1
     *     return Losses.of(forward(output, target)).weighted(weights);
     * }
     * }</pre>
     *
     * @param output the network's output, (batch, ...)
     * @param target the targets
     * @return the losses and their weights
     */
    default Losses losses(Value output, Value target) {
        return Losses.of(forward(output, target));
    }

    /**
     * Tells which examples count; metrics leave out the others too. Override it for a loss that ignores some targets.
     *
     * @param target the targets
     * @return (batch) with 1 for an example that counts and 0 for one that does not, or null if all count
     */
    default Value counted(Value target) {
        return null;
    }

    /** {@return the type of targets that this loss needs: i32 for class labels, else f32} */
    default DType targetType() {
        return DType.F32;
    }

    /**
     * {@return what {@code model.predict} applies to the network's output, such as softmax to turn logits into
     * probabilities}
     */
    default OutputActivation prediction() {
        return OutputActivation.OUTPUT;
    }

    /**
     * {@return the mean over every axis but the first, (batch)}
     *
     * @param x the values, (batch, ...)
     */
    static Value meanPerExample(Value x) {
        return x.shape().rank() < 2 ? x : x.mean(innerAxes(x));
    }

    /**
     * {@return the sum over every axis but the first, (batch)}
     *
     * @param x the values, (batch, ...)
     */
    static Value sumPerExample(Value x) {
        return x.shape().rank() < 2 ? x : x.sum(innerAxes(x));
    }

    private static int[] innerAxes(Value x) {
        return IntStream.range(1, x.shape().rank()).toArray();
    }

    /**
     * Checks that output and target have the same shape.
     *
     * @param loss the name of the loss in the message
     * @param output the network's output
     * @param target the targets
     * @throws IllegalArgumentException if the shapes differ
     */
    static void expectSameShape(String loss, Value output, Value target) {
        if (!output.shape().equals(target.shape())) {
            throw new IllegalArgumentException(
                    loss + ": expected targets of the output's shape " + output.shape() + ", got " + target.shape());
        }
    }
}
