package schuss.layers;

import java.util.Arrays;
import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * Layer normalisation: like {@link BatchNorm}, but mean and variance are those of the features of each example and
 * position. It does not depend on the other examples and does the same in training and at inference; the usual choice for
 * sequences and transformers:
 *
 * <pre>{@code
 * y = (x - mean) / sqrt(variance + epsilon) * scale + shift
 * }</pre>
 *
 * <p>The input is (batch, ..., features); the output has the same shape. Each normalised element has a learned scale,
 * which begins at 1, and a shift, which begins at 0; weight decay is not applied to them.
 *
 * <pre>{@code
 * new LayerNorm()                 // over the last axis
 * new LayerNorm().withAxes(3)     // over (height, width, channels)
 * }</pre>
 *
 * <p>Source: Ba, Kiros and Hinton, Layer Normalization (2016).
 *
 * @param axes the number of last axes that are normalised together, at least 1; 1 by default
 * @param epsilon added to the variance to avoid division by 0, above 0; 1e-5 by default
 */
public record LayerNorm(int axes, double epsilon) implements Layer {
    /**
     * Creates the layer with both settings.
     *
     * @param axes the number of last axes that are normalised together, at least 1
     * @param epsilon added to the variance to avoid division by 0, above 0
     * @throws IllegalArgumentException if there is not at least 1 axis, or epsilon is not above 0
     */
    public LayerNorm {
        Check.atLeast(1, "LayerNorm", "a number of axes", axes);
        Check.positive("LayerNorm", "epsilon", epsilon);
    }

    /** Creates the layer over the last axis with epsilon 1e-5. */
    public LayerNorm() {
        this(1, 1e-5);
    }

    /**
     * {@return a copy of this layer that normalises over another number of axes}
     *
     * @param axes the number of last axes that are normalised together, at least 1
     */
    public LayerNorm withAxes(int axes) {
        return new LayerNorm(axes, epsilon);
    }

    /**
     * {@return a copy of this layer with another epsilon}
     *
     * @param epsilon added to the variance, above 0
     */
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
