package schuss.layers;

import java.util.List;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Batch normalisation. It makes deep networks train faster and with larger learning rates, by giving every channel mean 0
 * and variance 1 before a learned scale and shift:
 *
 * <pre>{@code
 * y = (x - mean) / sqrt(variance + epsilon) * scale + shift
 * }</pre>
 *
 * <p>The input is (batch, channels) or (batch, ..., channels); the output has the same shape. In training, mean and
 * variance are those of the batch, over all examples and positions, and running averages of both are kept. At inference
 * the running averages are used. The learned scale begins at 1 and the shift at 0; weight decay is not applied to them.
 *
 * <pre>{@code
 * Sequential.of(new Conv2d(16, 3).withoutBias(), new BatchNorm(), new Relu())
 * }</pre>
 *
 * <p>The layer before it needs no bias, because the mean is subtracted. Training fails with an error where a batch has
 * only one value per channel, which has no variance: use batches of at least 2 examples. The running variance is the
 * unbiased one (divided by n - 1), and the settings have the names and defaults of PyTorch.
 *
 * <p>Source: Ioffe and Szegedy, Batch Normalization (2015).
 *
 * @param momentum the weight of the new batch in the running averages, in (0, 1]; 0.1 by default. Some libraries call
 *     {@code 1 - momentum} the momentum.
 * @param epsilon added to the variance to avoid division by 0, above 0; 1e-5 by default
 */
public record BatchNorm(double momentum, double epsilon) implements Layer {
    /**
     * Creates the layer with both settings.
     *
     * @param momentum the weight of the new batch in the running averages, in (0, 1]
     * @param epsilon added to the variance to avoid division by 0, above 0
     * @throws IllegalArgumentException if the momentum is not in (0, 1] or epsilon is not above 0
     */
    public BatchNorm {
        if (!(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException("BatchNorm: expected a momentum in (0, 1], got " + momentum);
        }
        Check.positive("BatchNorm", "epsilon", epsilon);
    }

    /** Creates the layer with momentum 0.1 and epsilon 1e-5. */
    public BatchNorm() {
        this(0.1, 1e-5);
    }

    /**
     * {@return a copy of this layer with another momentum}
     *
     * @param momentum the weight of the new batch in the running averages, in (0, 1]
     */
    public BatchNorm withMomentum(double momentum) {
        return new BatchNorm(momentum, epsilon);
    }

    /**
     * {@return a copy of this layer with another epsilon}
     *
     * @param epsilon added to the variance, above 0
     */
    public BatchNorm withEpsilon(double epsilon) {
        return new BatchNorm(momentum, epsilon);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException("expected input (batch, ..., channels), got " + x.shape());
        }
        Shape channels = Shape.of(x.shape().dim(-1));
        Value scale = scope.bias("scale", channels, Initializer.constant(1));
        Value shift = scope.bias("shift", channels, Initializer.zeros());
        Value runningMean = scope.state("running_mean", channels, 0);
        Value runningVariance = scope.state("running_variance", channels, 1);
        if (!scope.batchStatistics()) {
            Value factor =
                    scale.map(runningVariance, (s, v) -> s.div(v.add(epsilon).sqrt()));
            Value offset = shift.sub(runningMean.mul(factor));
            return x.mul(factor).add(offset);
        }
        long count = x.shape().size() / channels.size();
        if (count == 1) {
            throw new IllegalArgumentException("expected more than 1 value per channel in training, got input "
                    + x.shape() + ": a batch of one has no statistics; use a batch size of at least 2 that leaves no "
                    + "single example for an epoch's last batch");
        }
        List<Value> y = Value.outputs(new schuss.ops.BatchNorm(epsilon), x, scale, shift);
        scope.update(runningMean, y.get(1), momentum);
        scope.update(runningVariance, y.get(2).mul(count / (count - 1.0)), momentum);
        return y.get(0);
    }
}
