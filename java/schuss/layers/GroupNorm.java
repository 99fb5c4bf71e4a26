package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Group normalisation: like {@link BatchNorm}, but mean and variance are those of a group of neighbouring channels of one
 * example, over all positions. It does not depend on the other examples, so it suits small batches and does the same in
 * training and at inference:
 *
 * <pre>{@code
 * y = (x - mean) / sqrt(variance + epsilon) * scale + shift
 * }</pre>
 *
 * <p>The input is (batch, ..., channels); the output has the same shape. Each channel has a learned scale, which begins
 * at 1, and a shift, which begins at 0; weight decay is not applied to them.
 *
 * <pre>{@code
 * new GroupNorm(32)      // with as many groups as channels: instance normalisation
 * }</pre>
 *
 * <p>Source: Wu and He, Group Normalization (2018).
 *
 * @param groups the number of groups, at least 1; must divide the number of channels
 * @param epsilon added to the variance to avoid division by 0, above 0; 1e-5 by default
 */
public record GroupNorm(int groups, double epsilon) implements Layer {
    /**
     * Creates the layer with both settings.
     *
     * @param groups the number of groups, at least 1
     * @param epsilon added to the variance to avoid division by 0, above 0
     * @throws IllegalArgumentException if there is not at least 1 group, or epsilon is not above 0
     */
    public GroupNorm {
        Check.atLeast(1, "GroupNorm", "groups", groups);
        Check.positive("GroupNorm", "epsilon", epsilon);
    }

    /**
     * Creates the layer with epsilon 1e-5.
     *
     * @param groups the number of groups, at least 1; must divide the number of channels
     */
    public GroupNorm(int groups) {
        this(groups, 1e-5);
    }

    /**
     * {@return a copy of this layer with another epsilon}
     *
     * @param epsilon added to the variance, above 0
     */
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
