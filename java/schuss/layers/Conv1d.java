package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Value;

/**
 * A convolution along time, for sequences and signals. It maps (batch, time, features) to (batch, outTime, filters) and
 * works like a {@link Conv2d} of height 1, with the same formulas for the output length. By default the padding keeps the
 * length ({@link Padding#same()}).
 *
 * <p>The weights have the shape (1, kernel, features / groups, filters), the bias (filters).
 *
 * <pre>{@code
 * new Conv1d(32, 3)                                         // sees one step before and one after
 * new Conv1d(32, 3).withPadding(Padding.of(0, 0, 2, 0))     // causal: sees the two steps before
 * }</pre>
 *
 * @param filters the number of output features, at least 1
 * @param window kernel size, stride, padding and dilation, with height 1; the left and right of its padding are the
 *     padding before and after the sequence
 * @param groups the number of groups into which input and output features are divided, each output group seeing only its
 *     own input group; must divide {@code filters} and the number of input features
 * @param weights the initializer of the weights; {@link Initializer#heNormal()} by default
 * @param bias whether a bias, which begins at 0, is added
 */
public record Conv1d(int filters, Window window, int groups, Initializer weights, boolean bias) implements Layer {
    /**
     * Creates the layer from all its settings; {@link #Conv1d(int, int)} is the usual way.
     *
     * @param filters the number of output features, at least 1
     * @param window kernel size, stride, padding and dilation, with height 1
     * @param groups the number of groups into which input and output features are divided, each output group seeing only
     *     its own input group
     * @param weights the initializer of the weights
     * @param bias whether a bias, which begins at 0, is added
     * @throws IllegalArgumentException if a number is below 1, or the groups do not divide the filters
     */
    public Conv1d {
        Check.atLeast(1, "Conv1d", "filters", filters);
        window.check("Conv1d");
        Check.atLeast(1, "Conv1d", "groups", groups);
        if (filters % groups != 0) {
            throw new IllegalArgumentException(
                    "Conv1d: expected filters that " + groups + " groups divide, got " + filters);
        }
    }

    /**
     * Creates a convolution with stride 1 whose output is as long as its input.
     *
     * @param filters the number of output features, at least 1
     * @param kernel the number of time steps that a filter covers, at least 1
     */
    public Conv1d(int filters, int kernel) {
        this(filters, Window.of(1, kernel), 1, Initializer.heNormal(), true);
    }

    /**
     * {@return a copy of this layer with another stride}
     *
     * @param stride by how many time steps the kernel moves, at least 1
     */
    public Conv1d withStride(int stride) {
        return with(window.withStride(1, stride));
    }

    /**
     * {@return a copy of this layer with another padding}
     *
     * @param padding its left and right are the zeros before and after the sequence; top and bottom are ignored
     */
    public Conv1d withPadding(Padding padding) {
        return with(window.withPadding(Pooling.alongTime(padding)));
    }

    /**
     * {@return a copy of this layer with another dilation}
     *
     * @param dilation the distance between the time steps that the kernel covers, at least 1; 1 means next to each other
     */
    public Conv1d withDilation(int dilation) {
        return with(window.withDilation(1, dilation));
    }

    private Conv1d with(Window other) {
        return new Conv1d(filters, other, groups, weights, bias);
    }

    /**
     * {@return a copy of this layer with grouped features}
     *
     * @param count the number of groups, which must divide the filters and the input features
     */
    public Conv1d withGroups(int count) {
        return new Conv1d(filters, window, count, weights, bias);
    }

    /**
     * {@return a copy of this layer whose weights begin with other numbers}
     *
     * @param initializer draws the initial weights
     */
    public Conv1d withWeights(Initializer initializer) {
        return new Conv1d(filters, window, groups, initializer, bias);
    }

    /** {@return a copy of this layer that adds no bias, for example before {@link BatchNorm}} */
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
