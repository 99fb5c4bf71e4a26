package schuss.layers;

/**
 * How the kernel of a convolution moves over images.
 *
 * @param strideH how many rows it moves at once
 * @param dilationH how far apart its rows stand; 1 is next to each other
 */
public record Window(
        int kernelH, int kernelW, int strideH, int strideW, Padding padding, int dilationH, int dilationW) {
    /** Every position, as many zeros around as keep the size. */
    static Window of(int kernelH, int kernelW) {
        return new Window(kernelH, kernelW, 1, 1, Padding.same(), 1, 1);
    }

    Window withStride(int vertical, int horizontal) {
        return new Window(kernelH, kernelW, vertical, horizontal, padding, dilationH, dilationW);
    }

    Window withPadding(Padding zeros) {
        return new Window(kernelH, kernelW, strideH, strideW, zeros, dilationH, dilationW);
    }

    Window withDilation(int vertical, int horizontal) {
        return new Window(kernelH, kernelW, strideH, strideW, padding, vertical, horizontal);
    }

    /** Fails, naming the layer, unless a kernel can move so. */
    void check(String layer) {
        Check.atLeast(1, layer, "a kernel", kernelH, kernelW);
        Check.atLeast(1, layer, "a stride", strideH, strideW);
        Check.atLeast(1, layer, "a dilation", dilationH, dilationW);
        long reach = Math.max((kernelH - 1L) * dilationH, (kernelW - 1L) * dilationW) + 1;
        if (reach > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    layer + ": expected a kernel that reaches over less than 2^31 positions, got " + reach);
        }
    }

    /** The zeros above and below an image of this height. */
    Padding.Ends rows(int height) {
        return padding.vertical(height, (kernelH - 1) * dilationH + 1, strideH);
    }

    /** The zeros left and right of an image of this width. */
    Padding.Ends columns(int width) {
        return padding.horizontal(width, (kernelW - 1) * dilationW + 1, strideW);
    }
}
