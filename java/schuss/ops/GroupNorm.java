package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Group normalisation: y = (x - mean) / sqrt(variance + epsilon) * scale + shift. Inputs: x f32(batch, ..., channels),
 * and scale and shift (channels). The channels are divided into {@code groups} equal runs; mean and variance are
 * computed for each example and group, over all positions. They are the second and third output (batch, groups), for
 * the gradient.
 *
 * <p>A single group normalises a whole example; one group per channel is instance normalisation. The gradient is that
 * of {@link BatchNorm} with the means taken over groups.
 *
 * <p>Source: Wu and He, Group Normalization (2018).
 *
 * @param groups how many groups; must divide the number of channels
 * @param epsilon added to the variance
 */
public record GroupNorm(int groups, double epsilon) implements Composite {
    @Override
    public String name() {
        return "GroupNorm(" + groups + ")";
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 3, "x, scale and shift", inputs.size() + " inputs");
        Type x = inputs.get(0);
        BatchNorm.expectEach(this, inputs.subList(1, 3), BatchNorm.channels(this, x), "scale and shift");
        Type statistics = statistics(this, x, groups);
        return List.of(x, statistics, statistics);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return dy[1] == null && dy[2] == null
                ? Value.outputs(new Gradient(groups, epsilon), x[0], x[1], y[1], y[2], dy[0])
                : null;
    }

    @Override
    public List<Value> formula(Value[] x) {
        Shape statistics = statistics(this, x[0].type(), groups).shape();
        return normalization(x[0].shape()).forward(x, statistics);
    }

    /** Statistics over an example's positions and a group's channels. */
    private Normalization normalization(Shape x) {
        Shape scale = Shape.of(groups, x.dim(-1) / groups);
        int positions = Math.toIntExact(x.size() / x.dim(0) / x.dim(-1));
        Shape seen = Shape.of(x.dim(0), positions, scale.dim(0), scale.dim(1));
        return new Normalization(seen, List.of(1, 3), scale, epsilon);
    }

    private static Type statistics(Op op, Type x, int groups) {
        int channels = x.shape().dim(-1);
        op.expect(groups > 0 && channels % groups == 0, "groups that divide " + channels + " channels", groups);
        return new Type(DType.F32, Shape.of(x.shape().dim(0), groups));
    }

    /**
     * The gradient of {@link GroupNorm}. Inputs: x, scale, mean, variance and dy. Outputs: dx, dScale and dShift.
     *
     * @param groups that of the forward op
     * @param epsilon that of the forward op
     */
    public record Gradient(int groups, double epsilon) implements Composite {
        @Override
        public String name() {
            return "GroupNormGradient(" + groups + ")";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(inputs.size() == 5, "x, scale, mean, variance and dy", inputs.size() + " inputs");
            Type x = inputs.get(0);
            Type channels = BatchNorm.channels(this, x);
            expect(inputs.get(1).equals(channels), "scale " + channels, inputs.get(1));
            BatchNorm.expectEach(this, inputs.subList(2, 4), statistics(this, x, groups), "mean and variance");
            expect(inputs.get(4).equals(x), "dy " + x, inputs.get(4));
            return List.of(x, channels, channels);
        }

        @Override
        public List<Value> formula(Value[] x) {
            return new GroupNorm(groups, epsilon).normalization(x[0].shape()).backward(x);
        }
    }
}
