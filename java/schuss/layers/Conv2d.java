package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Convolution;
import schuss.ops.Value;

/**
 * A convolution of pictures (batch, height, width, in) to (batch, outHeight, outWidth, filters): every filter is a kernel
 * that moves over the picture, y = sum of x * w under the kernel + b; the kernel is not flipped. With padding in all, out =
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
 * @param dilationH how far apart rows of the kernel stand; 1 is next to each other
 * @param groups input and output channels are cut into so many runs, each seeing its own only; 1 for a depthwise
 *     convolution, whose groups are its channels
 * @param weights how the weights begin; He's normal numbers unless changed
 * @param bias whether b, which begins at zero, is added
 */
public record Conv2d(
        int filters,
        int kernelH,
        int kernelW,
        int strideH,
        int strideW,
        Padding padding,
        int dilationH,
        int dilationW,
        int groups,
        boolean isDepthwise,
        Initializer weights,
        boolean bias)
        implements Layer {
    public Conv2d {
        Check.atLeast(1, "Conv2d", "filters", filters);
        Check.atLeast(1, "Conv2d", "a kernel", kernelH, kernelW);
        Check.atLeast(1, "Conv2d", "a stride", strideH, strideW);
        Check.atLeast(1, "Conv2d", "a dilation", dilationH, dilationW);
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
        this(filters, kernelH, kernelW, 1, 1, Padding.same(), 1, 1, 1, false, Initializer.heNormal(), true);
    }

    /** One filter for each input channel, which sees that channel only. */
    public static Conv2d depthwise(int kernel) {
        return depthwise(1, kernel, kernel);
    }

    /** Several filters for each input channel. */
    public static Conv2d depthwise(int filtersPerChannel, int kernelH, int kernelW) {
        Initializer he = Initializer.heNormal();
        return new Conv2d(filtersPerChannel, kernelH, kernelW, 1, 1, Padding.same(), 1, 1, 1, true, he, true);
    }

    public Conv2d withStride(int stride) {
        return withStride(stride, stride);
    }

    public Conv2d withStride(int vertical, int horizontal) {
        return new Conv2d(
                filters,
                kernelH,
                kernelW,
                vertical,
                horizontal,
                padding,
                dilationH,
                dilationW,
                groups,
                isDepthwise,
                weights,
                bias);
    }

    public Conv2d withPadding(Padding padding) {
        return new Conv2d(
                filters,
                kernelH,
                kernelW,
                strideH,
                strideW,
                padding,
                dilationH,
                dilationW,
                groups,
                isDepthwise,
                weights,
                bias);
    }

    public Conv2d withDilation(int dilation) {
        return withDilation(dilation, dilation);
    }

    public Conv2d withDilation(int vertical, int horizontal) {
        return new Conv2d(
                filters,
                kernelH,
                kernelW,
                strideH,
                strideW,
                padding,
                vertical,
                horizontal,
                groups,
                isDepthwise,
                weights,
                bias);
    }

    public Conv2d withGroups(int groups) {
        return new Conv2d(
                filters,
                kernelH,
                kernelW,
                strideH,
                strideW,
                padding,
                dilationH,
                dilationW,
                groups,
                isDepthwise,
                weights,
                bias);
    }

    public Conv2d withWeights(Initializer initializer) {
        return new Conv2d(
                filters,
                kernelH,
                kernelW,
                strideH,
                strideW,
                padding,
                dilationH,
                dilationW,
                groups,
                isDepthwise,
                initializer,
                bias);
    }

    public Conv2d withoutBias() {
        return new Conv2d(
                filters,
                kernelH,
                kernelW,
                strideH,
                strideW,
                padding,
                dilationH,
                dilationW,
                groups,
                isDepthwise,
                weights,
                false);
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
        Padding.Ends rows = padding.vertical(x.shape().dim(1), (kernelH - 1) * dilationH + 1, strideH);
        Padding.Ends columns = padding.horizontal(x.shape().dim(2), (kernelW - 1) * dilationW + 1, strideW);
        Value w = scope.weight("weight", Shape.of(kernelH, kernelW, in / runs, out), weights);
        Convolution convolution = new Convolution(
                strideH,
                strideW,
                rows.before(),
                rows.after(),
                columns.before(),
                columns.after(),
                dilationH,
                dilationW,
                runs);
        Value y = Value.of(convolution, x, w);
        return bias ? y.add(scope.bias("bias", Shape.of(out), Initializer.zeros())) : y;
    }
}
