package schuss.losses;

import schuss.DType;
import schuss.ops.Value;

/**
 * Cross-entropy of softmax(z) against integer labels t: log(sum(exp(z))) - z[t], computed from logits z (batch, classes)
 * without overflow. Labels are i32 (batch), 0 to classes - 1. With axes between, (batch, time, classes) against (batch,
 * time), an example's loss is the mean over its positions.
 *
 * <pre>{@code
 * Loss smoothed = new SoftmaxCrossEntropy().withLabelSmoothing(0.1);
 * Loss balanced = new SoftmaxCrossEntropy().withClassWeights(1, 5, 5).withIgnoredLabel(-1);
 * }</pre>
 *
 * <p>With class weights w or an ignored label the mean is sum(w[t] * loss) / sum(w[t]) over the batch, as PyTorch
 * defines it. A batch in which every label is ignored has loss 0; the mean over
 * data in which all are is NaN, and metrics leave ignored labels out.
 */
public record SoftmaxCrossEntropy(LabelOptions options) implements Loss {
    public SoftmaxCrossEntropy() {
        this(LabelOptions.NONE);
    }

    /** Targets of 1 - share at the label and share / classes everywhere, the label included. */
    public SoftmaxCrossEntropy withLabelSmoothing(double share) {
        return new SoftmaxCrossEntropy(options.withSmoothing(share));
    }

    /** What examples of each class count, in the order of the classes. */
    public SoftmaxCrossEntropy withClassWeights(double... weights) {
        return new SoftmaxCrossEntropy(options.withClassWeights(weights));
    }

    /** Examples with this label count nothing. */
    public SoftmaxCrossEntropy withIgnoredLabel(int label) {
        return new SoftmaxCrossEntropy(options.withIgnored(label));
    }

    @Override
    public Value forward(Value output, Value target) {
        return losses(output, target).terms();
    }

    @Override
    public Losses losses(Value output, Value target) {
        return options.losses("SoftmaxCrossEntropy", false, output, target);
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
        return OutputActivation.SOFTMAX;
    }
}
