package schuss.ops;

import java.util.List;
import schuss.Shape;

/**
 * A two-dimensional convolution as networks mean it, which is a cross-correlation: with x (batch, height, width, in) and w
 * (kernelH, kernelW, in / groups, out), y (batch, outH, outW, out) is
 *
 * <p>y[n, i, j, o] = sum over p, q, c of x[n, i * strideH - padTop + p * dilationH, j * strideW - padLeft + q * dilationW,
 * g * (in / groups) + c] * w[p, q, c, o], where g is the group of o and x is 0 outside of the image.
 *
 * <p>Channels, in and out, are cut into {@code groups} equal runs; output channels of a run see input channels of the same
 * run only. With as many groups as channels the convolution is depthwise.
 *
 * <p>It is linear in x and in w, so its two gradients are linear too, and each of the three is written with the other two.
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

    /** The number of positions of a kernel of this height over an image of this height; below 1 where it does not fit. */
    public int outHeight(int height, int kernelH) {
        return positions(height + padTop + padBottom, extent(kernelH, dilationH), strideH);
    }

    /** The number of positions of a kernel of this width over an image of this width; below 1 where it does not fit. */
    public int outWidth(int width, int kernelW) {
        return positions(width + padLeft + padRight, extent(kernelW, dilationW), strideW);
    }

    private static int positions(int padded, int extent, int stride) {
        return extent > padded ? 0 : (padded - extent) / stride + 1;
    }

    /** How far a kernel reaches when its elements stand apart. */
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

    /** The shape of y, as {@code op}, one of the three, reports it. */
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

    /** Those with padding included. */
    @Override
    public long multiplyAdds(List<Type> inputs) {
        return products(infer(inputs).get(0).shape(), inputs.get(1).shape());
    }

    /** One for each element of y and each of the weights that lead to its channel; all three convolutions have as many. */
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
     * The gradient of a convolution with respect to its input: from dy (batch, outH, outW, out) and w to dx (batch, height,
     * width, in). Also known as transposed convolution.
     *
     * @param of the convolution
     * @param height of its input: several heights lead to one outH when the stride is not 1
     * @param width of its input
     */
    public record DataGradient(Convolution of, int height, int width) implements Op {
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
     * The gradient of a convolution with respect to its weights: from x and dy to dw (kernelH, kernelW, in / groups, out).
     *
     * @param of the convolution
     * @param kernelH the height of its kernel: several heights lead to one outH when the stride is not 1
     * @param kernelW the width of its kernel
     */
    public record WeightGradient(Convolution of, int kernelH, int kernelW) implements Op {
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
