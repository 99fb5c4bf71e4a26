package schuss.layers;

/**
 * The kernel of a convolution and how it moves over images: size, stride, padding and dilation.
 *
 * @param kernelH the height of the kernel, at least 1
 * @param kernelW the width of the kernel, at least 1
 * @param strideH by how many rows the kernel moves, at least 1
 * @param strideW by how many columns the kernel moves, at least 1
 * @param padding the zeros around the image
 * @param dilationH the distance between the rows that the kernel covers, at least 1; 1 means next to each other
 * @param dilationW the distance between the columns that the kernel covers, at least 1
 */
public record Window(
        int kernelH, int kernelW, int strideH, int strideW, Padding padding, int dilationH, int dilationW) {
    /** Stride 1, and as many zeros around the image as keep its size. */
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

    /** Throws an error that names the layer unless all settings are in their ranges. */
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
