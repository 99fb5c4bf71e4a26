package schuss.losses;

import schuss.DType;
import schuss.ops.Value;

/**
 * Softmax cross-entropy, the usual loss for classification with one class per example. Outputs z are logits (batch,
 * classes), so the network has no {@code Softmax} at its end; labels t are integers (batch) from 0 to classes - 1. The
 * loss is {@code -log(softmax(z)[t])}, computed without overflow as {@code log(sum(exp(z))) - z[t]}. {@code
 * model.predict} then gives class probabilities. With axes in between, (batch, time, classes) for labels (batch, time),
 * the loss of an example is the mean over its positions.
 *
 * <pre>{@code
 * Loss plain = new SoftmaxCrossEntropy();
 * Loss smoothed = new SoftmaxCrossEntropy().withLabelSmoothing(0.1);
 * Loss balanced = new SoftmaxCrossEntropy().withClassWeights(1, 5, 5).withIgnoredLabel(-1);
 * }</pre>
 *
 * <p>With class weights w or an ignored label the mean over a batch is {@code sum(w[t] * loss) / sum(w[t])}, as in
 * PyTorch. A batch in which every label is ignored has loss 0; over data in which every label is ignored the loss is NaN.
 * Metrics leave ignored labels out too.
 *
 * @param options label smoothing, class weights and ignored label
 */
public record SoftmaxCrossEntropy(LabelOptions options) implements Loss {
    /** Creates the loss without options. */
    public SoftmaxCrossEntropy() {
        this(LabelOptions.NONE);
    }

    /**
     * {@return a copy with label smoothing: each target becomes {@code 1 - share} at the label plus {@code share /
     * classes} for every class}
     *
     * @param share the share that is spread over all classes, in [0, 1)
     */
    public SoftmaxCrossEntropy withLabelSmoothing(double share) {
        return new SoftmaxCrossEntropy(options.withSmoothing(share));
    }

    /**
     * {@return a copy that weights examples by their class, for unbalanced data}
     *
     * @param weights a weight for each class, in the order of the classes, finite and at least 0
     */
    public SoftmaxCrossEntropy withClassWeights(double... weights) {
        return new SoftmaxCrossEntropy(options.withClassWeights(weights));
    }

    /**
     * {@return a copy that leaves out the examples with this label}
     *
     * @param label the label to ignore, such as -1
     */
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
