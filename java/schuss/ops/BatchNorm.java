package schuss.ops;

import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Batch normalisation with the statistics of the current batch: y = (x - mean) / sqrt(variance + epsilon) * scale +
 * shift. Inputs: x f32(..., channels), at least two axes, and scale and shift (channels). Mean and variance are
 * computed for each channel over all n rows; the variance is divided by n. They are the second and third output
 * (channels), for running averages and for the gradient.
 *
 * <p>Gradient, with r = 1 / sqrt(variance + epsilon) and z = (x - mean) * r:
 *
 * <pre>{@code
 * dShift = sum(dy)
 * dScale = sum(dy * z)
 * dx     = scale * r * (dy - dShift / n - z * dScale / n)
 * }</pre>
 *
 * <p>Source: Ioffe and Szegedy, Batch Normalization (2015).
 *
 * @param epsilon added to the variance
 */
public record BatchNorm(double epsilon) implements Composite {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 3, "x, scale and shift", inputs.size() + " inputs");
        Type channels = channels(this, inputs.get(0));
        expectEach(this, inputs.subList(1, 3), channels, "scale and shift");
        return List.of(inputs.get(0), channels, channels);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return dy[1] == null && dy[2] == null
                ? Value.outputs(new Gradient(epsilon), x[0], x[1], y[1], y[2], dy[0])
                : null;
    }

    @Override
    public List<Value> formula(Value[] x) {
        return normalization(x[0].shape()).forward(x, x[1].shape());
    }

    /** Statistics over all rows, channel by channel. */
    private Normalization normalization(Shape x) {
        int channels = x.dim(-1);
        Shape rows = Shape.of(Math.toIntExact(x.size() / channels), channels);
        return new Normalization(rows, List.of(0), Shape.of(channels), epsilon);
    }

    /**
     * The gradient of {@link BatchNorm}. Inputs: x, scale, mean, variance and dy. Outputs: dx, dScale and dShift.
     *
     * @param epsilon that of the forward op
     */
    public record Gradient(double epsilon) implements Composite {
        @Override
        public String name() {
            return "BatchNormGradient";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(inputs.size() == 5, "x, scale, mean, variance and dy", inputs.size() + " inputs");
            Type channels = channels(this, inputs.get(0));
            expectEach(this, inputs.subList(1, 4), channels, "scale, mean and variance");
            expect(inputs.get(4).equals(inputs.get(0)), "dy " + inputs.get(0), inputs.get(4));
            return List.of(inputs.get(0), channels, channels);
        }

        @Override
        public List<Value> formula(Value[] x) {
            return new BatchNorm(epsilon).normalization(x[0].shape()).backward(x);
        }
    }

    /** The type of one number per channel of x. */
    static Type channels(Op op, Type x) {
        op.expect(x.shape().rank() >= 2 && x.dtype() == DType.F32, "x f32(rows, channels)", x);
        return Type.f32(Shape.of(x.shape().dim(-1)));
    }

    static void expectEach(Op op, List<Type> inputs, Type expected, String what) {
        op.expect(inputs.stream().allMatch(expected::equals), what + " " + expected, inputs);
    }
}
