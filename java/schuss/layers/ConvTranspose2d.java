package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Convolution;
import schuss.ops.Value;

/**
 * A transposed convolution, which enlarges images; used in decoders and image generators. It maps (batch, height, width,
 * in) to (batch, outHeight, outWidth, filters) and computes what is the gradient of a convolution in the opposite
 * direction. The size of the output is
 *
 * <pre>{@code
 * out = (size - 1) * stride - padding + dilation * (kernel - 1) + outputPadding + 1
 * }</pre>
 *
 * <p>where padding counts both sides, and {@code size * stride} with {@link Padding#same()}. The weights have the shape
 * (kernel, kernel, filters / groups, in), the bias (filters).
 *
 * <pre>{@code
 * new ConvTranspose2d(32, 2).withStride(2)                               // doubles height and width
 * new ConvTranspose2d(32, 4).withStride(2).withPadding(Padding.of(1))    // the same, with a smoother kernel
 * }</pre>
 *
 * <p>Source: Zeiler et al., Deconvolutional Networks (2010).
 *
 * @param filters the number of output channels, at least 1
 * @param kernel the height and width of the kernel, at least 1
 * @param stride the factor of enlargement, at least 1; 1 by default
 * @param padding the rows and columns cut off at the sides of the output; none by default
 * @param outputPadding extra rows at the bottom and columns at the right of the output, less than the stride; 0 by
 *     default. A convolution with a stride maps several input sizes to one output size, and this chooses among them. Must
 *     be 0 with {@link Padding#same()}.
 * @param dilation the distance between the pixels that the kernel covers, at least 1; 1 by default
 * @param groups the number of groups into which input and output channels are divided; must divide both
 * @param weights the initializer of the weights, whose fan-in is the number of inputs that an output sums over; {@link
 *     Initializer#heNormal()} by default
 * @param bias whether a bias, which begins at 0, is added
 */
public record ConvTranspose2d(
        int filters,
        int kernel,
        int stride,
        Padding padding,
        int outputPadding,
        int dilation,
        int groups,
        Initializer weights,
        boolean bias)
        implements Layer {
    /**
     * Creates the layer from all its settings; {@link #ConvTranspose2d(int, int)} is the usual way.
     *
     * @param filters the number of output channels, at least 1
     * @param kernel the height and width of the kernel, at least 1
     * @param stride the factor of enlargement, at least 1
     * @param padding the rows and columns cut off at the sides of the output
     * @param outputPadding extra rows at the bottom and columns at the right of the output, less than the stride
     * @param dilation the distance between the pixels that the kernel covers, at least 1
     * @param groups the number of groups into which input and output channels are divided
     * @param weights the initializer of the weights, whose fan-in is the number of inputs that an output sums over
     * @param bias whether a bias, which begins at 0, is added
     * @throws IllegalArgumentException if a number is out of its range, or the groups do not divide the filters
     */
    public ConvTranspose2d {
        Check.atLeast(1, "ConvTranspose2d", "filters", filters);
        Check.atLeast(1, "ConvTranspose2d", "a kernel", kernel);
        Check.atLeast(1, "ConvTranspose2d", "a stride", stride);
        Check.atLeast(1, "ConvTranspose2d", "a dilation", dilation);
        Check.atLeast(1, "ConvTranspose2d", "groups", groups);
        Check.atLeast(0, "ConvTranspose2d", "output padding", outputPadding);
        if (outputPadding >= stride && outputPadding > 0) {
            throw new IllegalArgumentException("ConvTranspose2d: expected output padding below the stride of " + stride
                    + ", got " + outputPadding);
        }
        if (padding.isSame() && outputPadding > 0) {
            throw new IllegalArgumentException(
                    "ConvTranspose2d: expected no output padding where padding is same, got " + outputPadding);
        }
        if (filters % groups != 0) {
            throw new IllegalArgumentException(
                    "ConvTranspose2d: expected filters that " + groups + " groups divide, got " + filters);
        }
    }

    /**
     * Creates a transposed convolution with stride 1 and no padding.
     *
     * @param filters the number of output channels, at least 1
     * @param kernel the height and width of the kernel, at least 1
     */
    public ConvTranspose2d(int filters, int kernel) {
        this(filters, kernel, 1, Padding.valid(), 0, 1, 1, Initializer.heNormal(), true);
    }

    /**
     * {@return a copy of this layer with another stride}
     *
     * @param stride the factor of enlargement, at least 1
     */
    public ConvTranspose2d withStride(int stride) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    /**
     * {@return a copy of this layer with another padding}
     *
     * @param padding the rows and columns cut off at the sides of the output
     */
    public ConvTranspose2d withPadding(Padding padding) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    /**
     * {@return a copy of this layer with another output padding}
     *
     * @param outputPadding extra rows at the bottom and columns at the right, from 0 to stride - 1
     */
    public ConvTranspose2d withOutputPadding(int outputPadding) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    /**
     * {@return a copy of this layer with another dilation}
     *
     * @param dilation the distance between the pixels that the kernel covers, at least 1
     */
    public ConvTranspose2d withDilation(int dilation) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    /**
     * {@return a copy of this layer with grouped channels}
     *
     * @param groups the number of groups, which must divide the filters and the input channels
     */
    public ConvTranspose2d withGroups(int groups) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    /**
     * {@return a copy of this layer whose weights begin with other numbers}
     *
     * @param initializer draws the initial weights
     */
    public ConvTranspose2d withWeights(Initializer initializer) {
        return new ConvTranspose2d(
                filters, kernel, stride, padding, outputPadding, dilation, groups, initializer, bias);
    }

    /** {@return a copy of this layer that adds no bias, for example before {@link BatchNorm}} */
    public ConvTranspose2d withoutBias() {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, false);
    }

    @Override
    public Value forward(Scope scope, Value x) {
        if (x.shape().rank() != 4) {
            throw new IllegalArgumentException("expected input (batch, height, width, channels), got " + x.shape());
        }
        int in = x.shape().dim(-1);
        Check.groups("input channels", in, groups);
        int extent = (kernel - 1) * dilation + 1;
        Padding.Ends rows = padding.vertical(x.shape().dim(1) * stride, extent, stride);
        Padding.Ends columns = padding.horizontal(x.shape().dim(2) * stride, extent, stride);
        int height = size(x.shape().dim(1), extent, rows);
        int width = size(x.shape().dim(2), extent, columns);
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "expected padding that leaves some of the output, got " + padding + " for input " + x.shape());
        }
        Shape summed = Shape.of(kernel, kernel, in / groups, filters);
        Value w = scope.weight(
                "weight",
                Shape.of(kernel, kernel, filters / groups, in),
                (shape, random, values) -> weights.initialize(summed, random, values));
        Convolution back = new Convolution(
                stride,
                stride,
                rows.before(),
                rows.after(),
                columns.before(),
                columns.after(),
                dilation,
                dilation,
                groups);
        Value y = Value.of(new Convolution.DataGradient(back, height, width), x, w);
        return bias ? y.add(scope.bias("bias", Shape.of(filters), Initializer.zeros())) : y;
    }

    private int size(int size, int extent, Padding.Ends ends) {
        return padding.isSame()
                ? size * stride
                : (size - 1) * stride - ends.before() - ends.after() + extent + outputPadding;
    }
}
