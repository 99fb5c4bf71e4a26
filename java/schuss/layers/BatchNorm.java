package schuss.layers;

import java.util.List;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Batch normalisation: y = (x - mean) / sqrt(variance + epsilon) * scale + shift, channel by channel, for x (batch, channels)
 * or (batch, ..., channels). In training mean and variance are those of the batch, over all rows and positions, and running
 * averages of them are kept; otherwise those averages take their place. scale begins at 1 and shift at 0; weight decay
 * leaves both alone.
 *
 * <pre>{@code
 * Sequential.of(new Conv2d(16, 3).withoutBias(), new BatchNorm(), new Relu())
 * }</pre>
 *
 * <p>A layer in front of it needs no bias, since the mean is taken off. Training refuses a batch that has one value a
 * channel: it would have no variance. The running variance is that of n - 1, as in PyTorch, whose names the settings have.
 * Source: Ioffe and Szegedy, Batch Normalization (2015).
 *
 * @param momentum the weight of a new batch in the running averages, in (0, 1]; some libraries write 1 - momentum
 * @param epsilon keeps channels of no variance finite
 */
public record BatchNorm(double momentum, double epsilon) implements Layer {
    public BatchNorm {
        if (!(momentum > 0 && momentum <= 1)) {
            throw new IllegalArgumentException("BatchNorm: expected a momentum in (0, 1], got " + momentum);
        }
        Check.positive("BatchNorm", "epsilon", epsilon);
    }

    public BatchNorm() {
        this(0.1, 1e-5);
    }

    public BatchNorm withMomentum(double momentum) {
        return new BatchNorm(momentum, epsilon);
    }

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
