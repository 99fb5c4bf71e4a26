package schuss.ops;

import java.util.Arrays;
import java.util.List;
import schuss.DType;
import schuss.Shape;

/**
 * Layer normalisation over the last axes: y = (x - mean) / sqrt(variance + epsilon) * scale + shift. Inputs: x f32, and
 * scale and shift in the shape of the last {@code axes} axes, which form a row. Mean and variance are computed for each
 * row; they are the second and third output, in the shape of the remaining axes, for the gradient.
 *
 * <p>Gradient, with r = 1 / sqrt(variance + epsilon), z = (x - mean) * r and g = dy * scale:
 *
 * <pre>{@code
 * dx     = r * (g - mean(g) - z * mean(g * z))     means along each row
 * dScale = sum(dy * z)                             sums over the rows
 * dShift = sum(dy)
 * }</pre>
 *
 * <p>Source: Ba, Kiros and Hinton, Layer Normalization (2016).
 *
 * @param axes how many of the last axes are normalised together, at least 1
 * @param epsilon added to the variance
 */
public record LayerNorm(int axes, double epsilon) implements Composite {
    @Override
    public List<Type> infer(List<Type> inputs) {
        expect(inputs.size() == 3, "x, scale and shift", inputs.size() + " inputs");
        Type x = inputs.get(0);
        BatchNorm.expectEach(this, inputs.subList(1, 3), row(this, x, axes), "scale and shift");
        return List.of(x, statistics(x, axes), statistics(x, axes));
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        return axes == 1 ? Footprint.POINT : null;
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return dy[1] == null && dy[2] == null
                ? Value.outputs(new Gradient(axes, epsilon), x[0], x[1], y[1], y[2], dy[0])
                : null;
    }

    @Override
    public List<Value> formula(Value[] x) {
        return normalization(x[1].shape(), x[0].shape())
                .forward(x, statistics(x[0].type(), axes).shape());
    }

    /** Statistics along each row. */
    private Normalization normalization(Shape row, Shape x) {
        int columns = Math.toIntExact(row.size());
        Shape rows = Shape.of(Math.toIntExact(x.size() / columns), columns);
        return new Normalization(rows, List.of(1), Shape.of(columns), epsilon);
    }

    /** The type of what is normalised together. */
    private static Type row(Op op, Type x, int axes) {
        int rank = x.shape().rank();
        op.expect(x.dtype() == DType.F32 && axes > 0 && axes <= rank, "x in f32 of at least " + axes + " axes", x);
        return Type.f32(Shape.of(Arrays.copyOfRange(x.shape().dimensions(), rank - axes, rank)));
    }

    private static Type statistics(Type x, int axes) {
        return Type.f32(Shape.of(Arrays.copyOf(x.shape().dimensions(), x.shape().rank() - axes)));
    }

    /**
     * The gradient of {@link LayerNorm}. Inputs: x, scale, mean, variance and dy. Outputs: dx, dScale and dShift.
     *
     * @param axes that of the forward op
     * @param epsilon that of the forward op
     */
    public record Gradient(int axes, double epsilon) implements Composite {
        @Override
        public String name() {
            return "LayerNormGradient";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            expect(inputs.size() == 5, "x, scale, mean, variance and dy", inputs.size() + " inputs");
            Type x = inputs.get(0);
            Type row = row(this, x, axes);
            expect(inputs.get(1).equals(row), "scale " + row, inputs.get(1));
            BatchNorm.expectEach(this, inputs.subList(2, 4), statistics(x, axes), "mean and variance");
            expect(inputs.get(4).equals(x), "dy " + x, inputs.get(4));
            return List.of(x, row, row);
        }

        @Override
        public List<Value> formula(Value[] x) {
            return new LayerNorm(axes, epsilon)
                    .normalization(x[1].shape(), x[0].shape())
                    .backward(x);
        }
    }
}
