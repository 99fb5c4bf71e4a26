package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * A convolution along time: (batch, time, features) to (batch, outTime, filters), a {@link Conv2d} of height 1 with its
 * formulas. Weights are (1, kernel, features / groups, filters).
 *
 * <pre>{@code
 * new Conv1d(32, 3)                                              // sees the step before and the one after
 * new Conv1d(32, 3).withPadding(Padding.of(0, 0, 2, 0))          // causal: sees the two steps before
 * }</pre>
 *
 * @param window of height 1; of its padding left and right count, the time before and after
 */
public record Conv1d(int filters, Window window, int groups, Initializer weights, boolean bias) implements Layer {
    public Conv1d {
        Check.atLeast(1, "Conv1d", "filters", filters);
        window.check("Conv1d");
        Check.atLeast(1, "Conv1d", "groups", groups);
        if (filters % groups != 0) {
            throw new IllegalArgumentException(
                    "Conv1d: expected filters that " + groups + " groups divide, got " + filters);
        }
    }

    public Conv1d(int filters, int kernel) {
        this(filters, Window.of(1, kernel), 1, Initializer.heNormal(), true);
    }

    public Conv1d withStride(int stride) {
        return with(window.withStride(1, stride));
    }

    public Conv1d withPadding(Padding padding) {
        return with(window.withPadding(Pooling.alongTime(padding)));
    }

    public Conv1d withDilation(int dilation) {
        return with(window.withDilation(1, dilation));
    }

    private Conv1d with(Window other) {
        return new Conv1d(filters, other, groups, weights, bias);
    }

    public Conv1d withGroups(int count) {
        return new Conv1d(filters, window, count, weights, bias);
    }

    public Conv1d withWeights(Initializer initializer) {
        return new Conv1d(filters, window, groups, initializer, bias);
    }

    public Conv1d withoutBias() {
        return new Conv1d(filters, window, groups, weights, false);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        Shape shape = x.shape();
        if (shape.rank() != 3) {
            throw new IllegalArgumentException("expected input (batch, time, features), got " + shape);
        }
        Conv2d flat = new Conv2d(filters, window, groups, false, weights, bias);
        Value y = flat.forward(scope, x.reshape(Shape.of(shape.dim(0), 1, shape.dim(1), shape.dim(2))));
        return y.reshape(Shape.of(shape.dim(0), y.shape().dim(2), filters));
    }
}
