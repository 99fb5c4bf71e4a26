package schuss.backend.kernels;

import java.util.List;
import java.util.Locale;
import schuss.Shape;
import schuss.ops.Convolution;
import schuss.ops.FusedConvolution;
import schuss.ops.Op;
import schuss.ops.Type;

/**
 * The sizes of one of the three convolution passes: y from x and w, dx from dy and w, or dw from x and dy.
 *
 * @param pass which of the three
 * @param op the convolution, or the one it is a gradient of
 * @param x the shape of the convolution's input
 * @param w the shape of its weights
 * @param y the shape of its output
 */
public record ConvolutionTask(Pass pass, Convolution op, Shape x, Shape w, Shape y) {
    /** In the order of the native library. */
    public enum Pass {
        FORWARD,
        DATA_GRADIENT,
        WEIGHT_GRADIENT
    }

    /** The task of a convolution, with or without epilogue, or of a gradient, whose inputs have these types. */
    public static ConvolutionTask of(Op op, List<Type> inputs) {
        Shape a = inputs.get(0).shape();
        Shape b = inputs.get(1).shape();
        Shape c = op.infer(inputs).get(0).shape();
        if (op instanceof Convolution forward) {
            return new ConvolutionTask(Pass.FORWARD, forward, a, b, c);
        } else if (op instanceof FusedConvolution fused) {
            return new ConvolutionTask(Pass.FORWARD, fused.product(), a, b, c);
        } else if (op instanceof Convolution.DataGradient data) {
            return new ConvolutionTask(Pass.DATA_GRADIENT, data.of(), c, b, a);
        } else if (op instanceof Convolution.WeightGradient weight) {
            return new ConvolutionTask(Pass.WEIGHT_GRADIENT, weight.of(), a, c, b);
        }
        throw new IllegalArgumentException("expected a convolution, got " + op);
    }

    /** Multiplications with an addition each, those with the padding's zeros included; each pass has as many. */
    public long multiplyAdds() {
        return y.size() * w.size() / w.dim(3);
    }

    /** The same for another number of images. */
    public ConvolutionTask withBatch(int images) {
        return new ConvolutionTask(pass, op, x.with(0, images), w, y.with(0, images));
    }

    /** All sizes, in the order of the native kernels. */
    public long[] sizes() {
        return new long[] {
            x.dim(0),
            x.dim(1),
            x.dim(2),
            x.dim(3),
            y.dim(1),
            y.dim(2),
            y.dim(3),
            w.dim(0),
            w.dim(1),
            op.strideH(),
            op.strideW(),
            op.padTop(),
            op.padBottom(),
            op.padLeft(),
            op.padRight(),
            op.dilationH(),
            op.dilationW(),
            op.groups()
        };
    }

    /** All that it depends on, in one line without blanks at its ends: a name to find it again by. */
    public String describe() {
        return pass.name().toLowerCase(Locale.ROOT) + " x " + x + " w " + w + " stride " + op.strideH() + "x"
                + op.strideW() + " pad " + op.padTop() + "," + op.padBottom() + "," + op.padLeft() + ","
                + op.padRight() + " dilation " + op.dilationH() + "x" + op.dilationW() + " groups " + op.groups();
    }
}
