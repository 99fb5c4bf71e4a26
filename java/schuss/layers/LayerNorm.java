package schuss.layers;

import java.util.Arrays;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Layer normalisation: y = (x - mean) / sqrt(variance + epsilon) * scale + shift, where mean and variance are those of each
 * row of features, whatever else the batch holds; the same in training and afterwards. scale begins at 1 and shift at 0, one
 * number a feature; weight decay leaves both alone.
 *
 * <pre>{@code
 * new LayerNorm()                 // over the last axis
 * new LayerNorm().withAxes(3)     // over (height, width, channels)
 * }</pre>
 *
 * <p>Source: Ba, Kiros and Hinton, Layer Normalization (2016).
 *
 * @param axes how many of the last axes are normalised together
 * @param epsilon keeps rows of no variance finite
 */
public record LayerNorm(int axes, double epsilon) implements Layer {
    public LayerNorm {
        Check.atLeast(1, "LayerNorm", "a number of axes", axes);
        Check.positive("LayerNorm", "epsilon", epsilon);
    }

    public LayerNorm() {
        this(1, 1e-5);
    }

    public LayerNorm withAxes(int axes) {
        return new LayerNorm(axes, epsilon);
    }

    public LayerNorm withEpsilon(double epsilon) {
        return new LayerNorm(axes, epsilon);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        int rank = x.shape().rank();
        if (rank <= axes) {
            throw new IllegalArgumentException(
                    "expected input of a batch and at least " + axes + " more axes, got " + x.shape());
        }
        Shape row = Shape.of(Arrays.copyOfRange(x.shape().dimensions(), rank - axes, rank));
        Value scale = scope.bias("scale", row, Initializer.constant(1));
        Value shift = scope.bias("shift", row, Initializer.zeros());
        return Value.outputs(new schuss.ops.LayerNorm(axes, epsilon), x, scale, shift)
                .get(0);
    }
}
