package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Convolution;
import schuss.ops.Value;

/**
 * A convolution of images (batch, height, width, in) to (batch, outHeight, outWidth, filters): every filter is a kernel
 * that moves over the image, y = sum of x * w under the kernel + b; the kernel is not flipped. With padding in all, out =
 * floor((size + padding - (kernel - 1) * dilation - 1) / stride) + 1; with {@link Padding#same()}, the default, it is
 * ceil(size / stride). Weights are (kernelH, kernelW, in / groups, filters), the bias is (filters).
 *
 * <pre>{@code
 * new Conv2d(64, 3).withStride(2)                        // halves height and width
 * new Conv2d(64, 3).withGroups(32).withoutBias()         // 32 groups of channels (Xie et al. 2017)
 * Conv2d.depthwise(3), new Conv2d(128, 1)                // separable (Chollet 2017)
 * }</pre>
 *
 * @param filters the number of output channels; of a depthwise convolution, of output channels per input channel
 * @param groups input and output channels are cut into so many runs, each seeing its own only; 1 for a depthwise
 *     convolution, whose groups are its channels
 * @param weights how the weights begin; He's normal numbers unless changed
 * @param bias whether b, which begins at zero, is added
 */
public record Conv2d(int filters, Window window, int groups, boolean isDepthwise, Initializer weights, boolean bias)
        implements Layer {
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

    /** With a square kernel. */
    public Conv2d(int filters, int kernel) {
        this(filters, kernel, kernel);
    }

    public Conv2d(int filters, int kernelH, int kernelW) {
        this(filters, Window.of(kernelH, kernelW), 1, false, Initializer.heNormal(), true);
    }

    /** One filter for each input channel, which sees that channel only. */
    public static Conv2d depthwise(int kernel) {
        return depthwise(1, kernel, kernel);
    }

    /** Several filters for each input channel. */
    public static Conv2d depthwise(int filtersPerChannel, int kernelH, int kernelW) {
        return new Conv2d(filtersPerChannel, Window.of(kernelH, kernelW), 1, true, Initializer.heNormal(), true);
    }

    public Conv2d withStride(int stride) {
        return withStride(stride, stride);
    }

    public Conv2d withStride(int vertical, int horizontal) {
        return with(window.withStride(vertical, horizontal));
    }

    public Conv2d withPadding(Padding padding) {
        return with(window.withPadding(padding));
    }

    public Conv2d withDilation(int dilation) {
        return withDilation(dilation, dilation);
    }

    public Conv2d withDilation(int vertical, int horizontal) {
        return with(window.withDilation(vertical, horizontal));
    }

    private Conv2d with(Window other) {
        return new Conv2d(filters, other, groups, isDepthwise, weights, bias);
    }

    public Conv2d withGroups(int count) {
        return new Conv2d(filters, window, count, isDepthwise, weights, bias);
    }

    public Conv2d withWeights(Initializer initializer) {
        return new Conv2d(filters, window, groups, isDepthwise, initializer, bias);
    }

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
