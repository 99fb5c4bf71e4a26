package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * Cross-entropy for targets that are distributions instead of single classes, such as the probabilities of a teacher
 * network or a mixture of two labels: {@code -sum(t * log(softmax(z)))} over the last axis. Outputs z are logits and
 * targets t probabilities, both (batch, classes) and f32. It is computed without overflow. With one-hot targets it equals
 * {@link SoftmaxCrossEntropy}. With axes in between, the loss of an example is the mean over its positions.
 *
 * @param smoothing the share of each target that is spread evenly over all classes, in [0, 1); 0 by default
 */
public record SoftTargetCrossEntropy(double smoothing) implements Loss {
    /**
     * Creates the loss with label smoothing.
     *
     * @param smoothing the share of each target that is spread evenly over all classes, in [0, 1)
     * @throws IllegalArgumentException if the smoothing is not in [0, 1)
     */
    public SoftTargetCrossEntropy {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "SoftTargetCrossEntropy: expected a smoothing in [0, 1), got " + smoothing);
        }
    }

    /** Creates the loss without label smoothing. */
    public SoftTargetCrossEntropy() {
        this(0);
    }

    /**
     * {@return a copy with label smoothing: each target becomes {@code (1 - share) * t + share / classes}}
     *
     * @param share the share that is spread over all classes, in [0, 1)
     */
    public SoftTargetCrossEntropy withLabelSmoothing(double share) {
        return new SoftTargetCrossEntropy(share);
    }

    @Override
    public Value forward(Value output, Value target) {
        Loss.expectSameShape("SoftTargetCrossEntropy", output, target);
        int classes = output.shape().dim(-1);
        Value terms = output.logSoftmax().map(target, (y, t) -> {
            Expression smoothed = t.mul(1 - smoothing).add(smoothing / classes);
            // what has no chance adds nothing, however unlikely the network finds it: 0 * -infinity would be NaN
            return Expression.where(smoothed, smoothed.mul(y).neg(), Expression.constant(0));
        });
        return Loss.meanPerExample(terms.sum(-1));
    }

    @Override
    public OutputActivation prediction() {
        return OutputActivation.SOFTMAX;
    }
}
