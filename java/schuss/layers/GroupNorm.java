package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Group normalisation: y = (x - mean) / sqrt(variance + epsilon) * scale + shift for x (batch, ..., channels), where mean and
 * variance are those of an example's group of neighbouring channels over all positions, whatever else the batch holds; the
 * same in training and afterwards. scale begins at 1 and shift at 0, one number a channel; weight decay leaves both alone.
 *
 * <pre>{@code
 * new GroupNorm(32)      // with one group a channel: instance normalisation
 * }</pre>
 *
 * <p>Source: Wu and He, Group Normalization (2018).
 *
 * @param groups how many groups the channels are cut into
 * @param epsilon keeps groups of no variance finite
 */
public record GroupNorm(int groups, double epsilon) implements Layer {
    public GroupNorm {
        Check.atLeast(1, "GroupNorm", "groups", groups);
        Check.positive("GroupNorm", "epsilon", epsilon);
    }

    public GroupNorm(int groups) {
        this(groups, 1e-5);
    }

    public GroupNorm withEpsilon(double epsilon) {
        return new GroupNorm(groups, epsilon);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() < 2) {
            throw new IllegalArgumentException("expected input (batch, ..., channels), got " + x.shape());
        }
        int channels = x.shape().dim(-1);
        Check.groups("channels", channels, groups);
        Value scale = scope.bias("scale", Shape.of(channels), Initializer.constant(1));
        Value shift = scope.bias("shift", Shape.of(channels), Initializer.zeros());
        return Value.outputs(new schuss.ops.GroupNorm(groups, epsilon), x, scale, shift)
                .get(0);
    }
}
