package schuss.losses;

import schuss.ops.Expression;
import schuss.ops.Value;

/**
 * Cross-entropy of softmax(z) against distributions t: -sum(t * log(softmax(z))) over the last axis, computed from logits
 * z (batch, classes) without overflow. Targets are f32 of the same shape, such as a teacher's probabilities or two labels
 * mixed; with one-hot rows it is {@link SoftmaxCrossEntropy}. With axes between, an example's loss is the mean over its
 * positions.
 *
 * @param smoothing the share of each target that is spread evenly over all classes, in [0, 1)
 */
public record SoftTargetCrossEntropy(double smoothing) implements Loss {
    public SoftTargetCrossEntropy {
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "SoftTargetCrossEntropy: expected a smoothing in [0, 1), got " + smoothing);
        }
    }

    public SoftTargetCrossEntropy() {
        this(0);
    }

    /** Targets of (1 - share) * t + share / classes. */
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
