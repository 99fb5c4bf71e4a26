package schuss.losses;

import schuss.DType;
import schuss.ops.Value;

/**
 * The negative log-likelihood of class labels, for networks that end in {@code LogSoftmax}: {@code -y[t]}. Outputs y are
 * log probabilities (batch, classes), labels t are integers (batch) from 0 to classes - 1. {@code LogSoftmax} and this
 * loss together give {@link SoftmaxCrossEntropy}, which has the same options and computes both in one step.
 *
 * @param options label smoothing, class weights and ignored label
 */
public record NegativeLogLikelihood(LabelOptions options) implements Loss {
    /** Creates the loss without options. */
    public NegativeLogLikelihood() {
        this(LabelOptions.NONE);
    }

    /**
     * {@return a copy with label smoothing: each target becomes {@code 1 - share} at the label plus {@code share /
     * classes} for every class}
     *
     * @param share the share that is spread over all classes, in [0, 1)
     */
    public NegativeLogLikelihood withLabelSmoothing(double share) {
        return new NegativeLogLikelihood(options.withSmoothing(share));
    }

    /**
     * {@return a copy that weights examples by their class}
     *
     * @param weights a weight for each class, in the order of the classes, finite and at least 0
     */
    public NegativeLogLikelihood withClassWeights(double... weights) {
        return new NegativeLogLikelihood(options.withClassWeights(weights));
    }

    /**
     * {@return a copy that leaves out the examples with this label}
     *
     * @param label the label to ignore, such as -1
     */
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
