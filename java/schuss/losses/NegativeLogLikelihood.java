package schuss.losses;

import schuss.DType;
import schuss.ops.Value;

/**
 * The negative log-likelihood -y[t] of integer labels t, for networks that end in {@code LogSoftmax}: y (batch, classes)
 * are log-probabilities. Labels are i32 (batch), 0 to classes - 1. Together they are {@link SoftmaxCrossEntropy}, which
 * computes both in one and has the same options and the same mean.
 */
public record NegativeLogLikelihood(LabelOptions options) implements Loss {
    public NegativeLogLikelihood() {
        this(LabelOptions.NONE);
    }

    /** Targets of 1 - share at the label and share / classes everywhere, the label included. */
    public NegativeLogLikelihood withLabelSmoothing(double share) {
        return new NegativeLogLikelihood(options.withSmoothing(share));
    }

    /** What examples of each class count, in the order of the classes. */
    public NegativeLogLikelihood withClassWeights(double... weights) {
        return new NegativeLogLikelihood(options.withClassWeights(weights));
    }

    /** Examples with this label count nothing. */
    public NegativeLogLikelihood withIgnoredLabel(int label) {
        return new NegativeLogLikelihood(options.withIgnored(label));
    }

    @Override
    public Value forward(Value output, Value target) {
        return losses(output, target).terms();
    }

    @Override
    public Losses losses(Value output, Value target) {
        return options.losses("NegativeLogLikelihood", true, output, target);
    }

    @Override
    public Value counted(Value target) {
        return options.counted(target);
    }

    @Override
    public DType targetType() {
        return DType.I32;
    }

    @Override
    public OutputActivation prediction() {
        return OutputActivation.EXP;
    }
}
