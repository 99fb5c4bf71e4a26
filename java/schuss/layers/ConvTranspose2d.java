package schuss.layers;

import schuss.Shape;
import schuss.initializers.Initializer;
import schuss.ops.Convolution;
import schuss.ops.Value;

/**
 * A transposed convolution, which enlarges images: (batch, height, width, in) to (batch, outHeight, outWidth, filters).
 * It is the gradient of the convolution that would lead from its output to its input (Zeiler et al. 2010), so
 *
 * <p>out = (size - 1) * stride - padding in all + dilation * (kernel - 1) + outputPadding + 1,
 *
 * <p>and size * stride with {@link Padding#same()}. Weights are (kernelH, kernelW, filters / groups, in), the bias is
 * (filters).
 *
 * <pre>{@code
 * new ConvTranspose2d(32, 2).withStride(2)                               // doubles height and width
 * new ConvTranspose2d(32, 4).withStride(2).withPadding(Padding.of(1))    // the same, by a smoother kernel
 * }</pre>
 *
 * @param padding rows and columns cut off the output's sides; none unless changed
 * @param outputPadding more rows at the bottom and columns at the right, less than the stride: several sizes lead to one
 *     when a convolution has a stride, this says which to return to
 * @param weights how the weights begin, by the number of inputs that an output sums over; He's normal numbers unless
 *     changed
 * @param bias whether b, which begins at zero, is added
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

    public ConvTranspose2d(int filters, int kernel) {
        this(filters, kernel, 1, Padding.valid(), 0, 1, 1, Initializer.heNormal(), true);
    }

    public ConvTranspose2d withStride(int stride) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    public ConvTranspose2d withPadding(Padding padding) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    public ConvTranspose2d withOutputPadding(int outputPadding) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    public ConvTranspose2d withDilation(int dilation) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    public ConvTranspose2d withGroups(int groups) {
        return new ConvTranspose2d(filters, kernel, stride, padding, outputPadding, dilation, groups, weights, bias);
    }

    public ConvTranspose2d withWeights(Initializer initializer) {
        return new ConvTranspose2d(
                filters, kernel, stride, padding, outputPadding, dilation, groups, initializer, bias);
    }

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
