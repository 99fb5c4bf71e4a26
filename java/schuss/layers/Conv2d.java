package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Convolution;
import schuss.ops.Value;

/**
 * A convolution of images: every filter is a small kernel that moves over the image, and the output at each position is
 * the sum of {@code x * w} under the kernel, plus a bias. (It is a cross-correlation, as in all deep learning libraries:
 * the kernel is not flipped.) It maps (batch, height, width, in) to (batch, outHeight, outWidth, filters).
 *
 * <p>The size of the output is
 *
 * <pre>{@code
 * out = floor((size + padding - (kernel - 1) * dilation - 1) / stride) + 1
 * }</pre>
 *
 * <p>where padding counts both sides, and {@code ceil(size / stride)} with {@link Padding#same()}, the default. The
 * weights have the shape (kernelH, kernelW, in / groups, filters), the bias (filters).
 *
 * <pre>{@code
 * new Conv2d(64, 3).withStride(2)                        // halves height and width
 * new Conv2d(64, 3).withGroups(32).withoutBias()         // 32 groups of channels (Xie et al. 2017)
 * Conv2d.depthwise(3), new Conv2d(128, 1)                // separable (Chollet 2017)
 * }</pre>
 *
 * @param filters the number of output channels, at least 1; for a depthwise convolution, the number of output channels
 *     per input channel
 * @param window kernel size, stride, padding and dilation
 * @param groups the number of groups into which input and output channels are divided, each output group seeing only its
 *     own input group; must divide {@code filters} and the input channels. 1 for a depthwise convolution, where every
 *     channel is a group.
 * @param isDepthwise whether each filter sees only one input channel
 * @param weights the initializer of the weights; {@link Initializer#heNormal()} by default
 * @param bias whether a bias, which begins at 0, is added
 */
public record Conv2d(int filters, Window window, int groups, boolean isDepthwise, Initializer weights, boolean bias)
        implements Layer {
    /**
     * Creates the layer from all its settings; {@link #Conv2d(int, int)} is the usual way.
     *
     * @param filters the number of output channels, at least 1
     * @param window kernel size, stride, padding and dilation
     * @param groups the number of groups into which input and output channels are divided, each output group seeing only
     *     its own input group
     * @param isDepthwise whether each filter sees only one input channel
     * @param weights the initializer of the weights
     * @param bias whether a bias, which begins at 0, is added
     * @throws IllegalArgumentException if a number is below 1, the groups do not divide the filters, or a depthwise
     *     convolution has groups
     */
    public Conv2d {
        Check.atLeast(1, "Conv2d", "filters", filters);
        window.check("Conv2d");
        Check.atLeast(1, "Conv2d", "groups", groups);
        if (isDepthwise && groups != 1) {
            throw new IllegalArgumentException("Conv2d: expected no groups of a depthwise convolution, got " + groups);
        }
        if (!isDepthwise && filters % groups != 0) {
            throw new IllegalArgumentException(
                    "Conv2d: expected filters that " + groups + " groups divide, got " + filters);
        }
    }

    /**
     * Creates a convolution with a square kernel, stride 1 and an output as large as the input.
     *
     * @param filters the number of output channels, at least 1
     * @param kernel the height and width of the kernel, at least 1
     */
    public Conv2d(int filters, int kernel) {
        this(filters, kernel, kernel);
    }

    /**
     * Creates a convolution with stride 1 and an output as large as the input.
     *
     * @param filters the number of output channels, at least 1
     * @param kernelH the height of the kernel, at least 1
     * @param kernelW the width of the kernel, at least 1
     */
    public Conv2d(int filters, int kernelH, int kernelW) {
        this(filters, Window.of(kernelH, kernelW), 1, false, Initializer.heNormal(), true);
    }

    /**
     * {@return a depthwise convolution: one filter for each input channel, which sees only that channel}
     *
     * @param kernel the height and width of the kernel, at least 1
     */
    public static Conv2d depthwise(int kernel) {
        return depthwise(1, kernel, kernel);
    }

    /**
     * {@return a depthwise convolution with several filters for each input channel}
     *
     * @param filtersPerChannel the number of output channels per input channel, at least 1
     * @param kernelH the height of the kernel, at least 1
     * @param kernelW the width of the kernel, at least 1
     */
    public static Conv2d depthwise(int filtersPerChannel, int kernelH, int kernelW) {
        return new Conv2d(filtersPerChannel, Window.of(kernelH, kernelW), 1, true, Initializer.heNormal(), true);
    }

    /**
     * {@return a copy of this layer with the same stride in both directions}
     *
     * @param stride by how many pixels the kernel moves, at least 1
     */
    public Conv2d withStride(int stride) {
        return withStride(stride, stride);
    }

    /**
     * {@return a copy of this layer with other strides}
     *
     * @param vertical by how many rows the kernel moves, at least 1
     * @param horizontal by how many columns the kernel moves, at least 1
     */
    public Conv2d withStride(int vertical, int horizontal) {
        return with(window.withStride(vertical, horizontal));
    }

    /**
     * {@return a copy of this layer with another padding}
     *
     * @param padding the zeros around the image
     */
    public Conv2d withPadding(Padding padding) {
        return with(window.withPadding(padding));
    }

    /**
     * {@return a copy of this layer with the same dilation in both directions}
     *
     * @param dilation the distance between the pixels that the kernel covers, at least 1; 1 means next to each other
     */
    public Conv2d withDilation(int dilation) {
        return withDilation(dilation, dilation);
    }

    /**
     * {@return a copy of this layer with other dilations}
     *
     * @param vertical the distance between the rows that the kernel covers, at least 1
     * @param horizontal the distance between the columns that the kernel covers, at least 1
     */
    public Conv2d withDilation(int vertical, int horizontal) {
        return with(window.withDilation(vertical, horizontal));
    }

    private Conv2d with(Window other) {
        return new Conv2d(filters, other, groups, isDepthwise, weights, bias);
    }

    /**
     * {@return a copy of this layer with grouped channels}
     *
     * @param count the number of groups, which must divide the filters and the input channels
     */
    public Conv2d withGroups(int count) {
        return new Conv2d(filters, window, count, isDepthwise, weights, bias);
    }

    /**
     * {@return a copy of this layer whose weights begin with other numbers}
     *
     * @param initializer draws the initial weights
     */
    public Conv2d withWeights(Initializer initializer) {
        return new Conv2d(filters, window, groups, isDepthwise, initializer, bias);
    }

    /** {@return a copy of this layer that adds no bias, for example before {@link BatchNorm}} */
    public Conv2d withoutBias() {
        return new Conv2d(filters, window, groups, isDepthwise, weights, false);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() != 4) {
            throw new IllegalArgumentException("expected input (batch, height, width, channels), got " + x.shape());
        }
        int in = x.shape().dim(-1);
        int runs = isDepthwise ? in : groups;
        int out = isDepthwise ? Math.multiplyExact(in, filters) : filters;
        Check.groups("input channels", in, runs);
        Padding.Ends rows = window.rows(x.shape().dim(1));
        Padding.Ends columns = window.columns(x.shape().dim(2));
        Shape shape = Shape.of(window.kernelH(), window.kernelW(), in / runs, out);
        Convolution convolution = new Convolution(
                window.strideH(),
                window.strideW(),
                rows.before(),
                rows.after(),
                columns.before(),
                columns.after(),
                window.dilationH(),
                window.dilationW(),
                runs);
        Value y = Value.of(convolution, x, scope.weight("weight", shape, weights));
        return bias ? y.add(scope.bias("bias", Shape.of(out), Initializer.zeros())) : y;
    }
}
