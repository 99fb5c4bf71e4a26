package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * A two-dimensional convolution in the sense of neural networks, that is, a cross-correlation. Inputs: x (batch,
 * height, width, in) and the weights w (kernelH, kernelW, in / groups, out), both f32 or both bf16. Output: y (batch,
 * outH, outW, out) with
 *
 * <pre>{@code
 * y[n, i, j, o] = sum over p, q, c of
 *     x[n, i * strideH - padTop + p * dilationH, j * strideW - padLeft + q * dilationW, g * (in / groups) + c] * w[p, q, c, o]
 * }</pre>
 *
 * <p>where g is the group of output channel o and x is 0 outside of the image. outH = floor((height + padTop +
 * padBottom - ((kernelH - 1) * dilationH + 1)) / strideH) + 1, and outW likewise.
 *
 * <p>Input and output channels are divided into {@code groups} equal runs; an output channel depends on the input
 * channels of its own run only. With as many groups as channels the convolution is depthwise.
 *
 * <p>It is linear in x and in w. Its two gradients are therefore linear too, and the derivatives of each of the three
 * ops are written with the other two.
 *
 * @param strideH vertical distance between kernel positions, at least 1
 * @param strideW horizontal distance between kernel positions, at least 1
 * @param padTop rows of zeros above the image
 * @param padBottom rows of zeros below the image
 * @param padLeft columns of zeros to the left of the image
 * @param padRight columns of zeros to the right of the image
 * @param dilationH vertical distance between neighbouring kernel elements; 1 if they touch
 * @param dilationW horizontal distance between neighbouring kernel elements; 1 if they touch
 * @param groups how many groups the channels are divided into; 1 connects all input channels to all output channels
 */
public record Convolution(
        int strideH,
        int strideW,
        int padTop,
        int padBottom,
        int padLeft,
        int padRight,
        int dilationH,
        int dilationW,
        int groups)
        implements Op {
    private static final int BATCH = 0;
    private static final int HEIGHT = 1;
    private static final int WIDTH = 2;
    private static final int CHANNELS = 3;
    private static final int IN = 2; // of weights
    private static final int OUT = 3;

    /**
     * Creates the record; the attributes are checked.
     *
     * @param strideH vertical distance between kernel positions, at least 1
     * @param strideW horizontal distance between kernel positions, at least 1
     * @param padTop rows of zeros above the image
     * @param padBottom rows of zeros below the image
     * @param padLeft columns of zeros to the left of the image
     * @param padRight columns of zeros to the right of the image
     * @param dilationH vertical distance between neighbouring kernel elements; 1 if they touch
     * @param dilationW horizontal distance between neighbouring kernel elements; 1 if they touch
     * @param groups how many groups the channels are divided into; 1 connects all input channels to all output channels
     * @throws IllegalArgumentException if one is out of range
     */
    public Convolution {
        expect(strideH >= 1 && strideW >= 1, "strides of at least 1", strideH + " and " + strideW);
        expect(dilationH >= 1 && dilationW >= 1, "dilations of at least 1", dilationH + " and " + dilationW);
        expect(
                padTop >= 0 && padBottom >= 0 && padLeft >= 0 && padRight >= 0,
                "padding of at least 0",
                "top " + padTop + ", bottom " + padBottom + ", left " + padLeft + ", right " + padRight);
        expect(groups >= 1, "at least 1 group", groups);
    }

    @Override
    public String name() {
        return "Convolution";
    }

    /**
     * {@return how many positions a kernel has along the height of an image; below 1 if it does not fit}
     *
     * @param height of the image
     * @param kernelH height of the kernel
     */
    public int outHeight(int height, int kernelH) {
        return positions(height + padTop + padBottom, extent(kernelH, dilationH), strideH);
    }

    /**
     * {@return how many positions a kernel has along the width of an image; below 1 if it does not fit}
     *
     * @param width of the image
     * @param kernelW width of the kernel
     */
    public int outWidth(int width, int kernelW) {
        return positions(width + padLeft + padRight, extent(kernelW, dilationW), strideW);
    }

    private static int positions(int padded, int extent, int stride) {
        return extent > padded ? 0 : (padded - extent) / stride + 1;
    }

    /** How many elements a dilated kernel covers from its first to its last. */
    private static int extent(int kernel, int dilation) {
        return (kernel - 1) * dilation + 1;
    }

    @Override
    public List<Type> infer(List<Type> inputs) {
        checkTypes(this, inputs);
        Shape x = inputs.get(0).shape();
        Shape w = inputs.get(1).shape();
        expect(
                x.dim(CHANNELS) == w.dim(IN) * groups,
                "weights for " + x.dim(CHANNELS) + " input channels in " + groups + " groups",
                w);
        checkGroups(this, w.dim(OUT));
        return List.of(new Type(inputs.get(0).dtype(), output(this, x, w.dim(0), w.dim(1), w.dim(OUT))));
    }

    /** The shape of y. {@code op} is the one of the three convolution ops that reports an error. */
    private Shape output(Op op, Shape x, int kernelH, int kernelW, int out) {
        int outH = outHeight(x.dim(HEIGHT), kernelH);
        int outW = outWidth(x.dim(WIDTH), kernelW);
        op.expect(
                outH >= 1 && outW >= 1,
                "a kernel within the padded input of " + (x.dim(HEIGHT) + padTop + padBottom) + " x "
                        + (x.dim(WIDTH) + padLeft + padRight),
                extent(kernelH, dilationH) + " x " + extent(kernelW, dilationW));
        return Shape.of(x.dim(BATCH), outH, outW, out);
    }

    private void checkGroups(Op op, int out) {
        op.expect(out % groups == 0, "output channels in " + groups + " equal groups", out);
    }

    private static void checkTypes(Op op, List<Type> inputs) {
        op.expect(inputs.size() == 2, "2 inputs", inputs.size());
        for (Type input : inputs) {
            op.expect(
                    input.shape().rank() == 4
                            && input.dtype() == op.expectReal(inputs, 0).dtype(),
                    "one type of (batch, height, width, channels) and of (height, width, in, out)",
                    inputs);
        }
    }

    /** Products with padding are counted too. */
    @Override
    public long multiplyAdds(List<Type> inputs) {
        return products(infer(inputs).get(0).shape(), inputs.get(1).shape());
    }

    /** One for each element of y and each weight that leads to its channel; the same for all three convolution ops. */
    private static long products(Shape y, Shape w) {
        return y.size() * (w.size() / w.dim(OUT));
    }

    @Override
    public Footprint footprint(List<Type> inputs) {
        Shape w = inputs.get(1).shape();
        return new Footprint(w.dim(0), w.dim(1), strideH, strideW, dilationH, dilationW);
    }

    @Override
    public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
        return List.of(dataGradient(dy[0], x[1], x[0].shape()), weightGradient(x[0], dy[0], x[1].shape()));
    }

    @Override
    public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
        return Linear.product(this, x, dx);
    }

    private Value dataGradient(Value dy, Value w, Shape x) {
        return Value.of(new DataGradient(this, x.dim(HEIGHT), x.dim(WIDTH)), dy, w);
    }

    private Value weightGradient(Value x, Value dy, Shape w) {
        return Value.of(new WeightGradient(this, w.dim(0), w.dim(1)), x, dy);
    }

    /**
     * The gradient of a convolution with respect to its input, also known as transposed convolution: from dy (batch,
     * outH, outW, out) and w to dx (batch, height, width, in).
     *
     * @param of the convolution
     * @param height of the convolution's input; it is needed since several heights lead to one outH if the stride is
     *     not 1
     * @param width of the convolution's input
     */
    public record DataGradient(Convolution of, int height, int width) implements Op {
        /**
         * Creates the record; the attributes are checked.
         *
         * @param of the convolution
         * @param height of the convolution's input; it is needed since several heights lead to one outH if the stride
         *     is not 1
         * @param width of the convolution's input
         * @throws IllegalArgumentException if one is out of range
         */
        public DataGradient {
            expect(height >= 1 && width >= 1, "a height and a width of at least 1", height + " and " + width);
        }

        @Override
        public String name() {
            return "Convolution.DataGradient";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            checkTypes(this, inputs);
            Shape dy = inputs.get(0).shape();
            Shape w = inputs.get(1).shape();
            expect(dy.dim(CHANNELS) == w.dim(OUT), "weights for " + dy.dim(CHANNELS) + " output channels", w);
            of.checkGroups(this, w.dim(OUT));
            Shape dx = Shape.of(dy.dim(BATCH), height, width, Math.multiplyExact(w.dim(IN), of.groups));
            Shape y = of.output(this, dx, w.dim(0), w.dim(1), w.dim(OUT));
            expect(dy.equals(y), "dy of " + y, dy);
            return List.of(new Type(inputs.get(0).dtype(), dx));
        }

        @Override
        public long multiplyAdds(List<Type> inputs) {
            return products(inputs.get(0).shape(), inputs.get(1).shape());
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return List.of(Value.of(of, dy[0], x[1]), of.weightGradient(dy[0], x[0], x[1].shape()));
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            return Linear.product(this, x, dx);
        }
    }

    /**
     * The gradient of a convolution with respect to its weights: from x (batch, height, width, in) and dy (batch, outH,
     * outW, out) to dw (kernelH, kernelW, in / groups, out).
     *
     * @param of the convolution
     * @param kernelH height of the kernel; it is needed since several heights lead to one outH if the stride is not 1
     * @param kernelW width of the kernel
     */
    public record WeightGradient(Convolution of, int kernelH, int kernelW) implements Op {
        /**
         * Creates the record; the attributes are checked.
         *
         * @param of the convolution
         * @param kernelH height of the kernel; it is needed since several heights lead to one outH if the stride is not
         *     1
         * @param kernelW width of the kernel
         * @throws IllegalArgumentException if one is out of range
         */
        public WeightGradient {
            expect(kernelH >= 1 && kernelW >= 1, "a kernel of at least 1 x 1", kernelH + " x " + kernelW);
        }

        @Override
        public String name() {
            return "Convolution.WeightGradient";
        }

        @Override
        public List<Type> infer(List<Type> inputs) {
            checkTypes(this, inputs);
            Shape x = inputs.get(0).shape();
            Shape dy = inputs.get(1).shape();
            int in = x.dim(CHANNELS);
            int out = dy.dim(CHANNELS);
            expect(in % of.groups == 0, "input channels in " + of.groups + " equal groups", in);
            of.checkGroups(this, out);
            Shape y = of.output(this, x, kernelH, kernelW, out);
            expect(dy.equals(y), "dy of " + y, dy);
            return List.of(new Type(inputs.get(0).dtype(), Shape.of(kernelH, kernelW, in / of.groups, out)));
        }

        @Override
        public long multiplyAdds(List<Type> inputs) {
            return products(inputs.get(1).shape(), infer(inputs).get(0).shape());
        }

        @Override
        public List<Value> gradient(Value[] x, Value[] y, Value[] dy) {
            return List.of(of.dataGradient(x[1], dy[0], x[0].shape()), Value.of(of, x[0], dy[0]));
        }

        @Override
        public List<Value> tangent(Value[] x, Value[] y, Value[] dx) {
            return Linear.product(this, x, dx);
        }
    }
}
