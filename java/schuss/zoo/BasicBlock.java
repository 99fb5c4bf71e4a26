package schuss.zoo;

import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Layer;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Residual;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.ops.Value;

/**
 * The block of small residual networks (He et al. 2016, figure 2): y = relu(F(x) + x), with F two 3 x 3 convolutions.
 * Where F changes the shape, x passes a 1 x 1 convolution first (option B there).
 *
 * @param filters the channels of the output
 * @param stride of the first convolution: 2 halves height and width
 */
record BasicBlock(int filters, int stride) implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        Layer inner = Sequential.of(
                convolution(filters, 3, stride),
                new BatchNorm(),
                new Relu(),
                convolution(filters, 3, 1),
                new BatchNorm());
        Layer shortcut = Sequential.of(convolution(filters, 1, stride), new BatchNorm());
        boolean sameShape = stride == 1 && x.shape().dim(-1) == filters;
        Layer residual = sameShape ? new Residual(inner) : new Residual(inner, shortcut);
        return scope.apply("relu", new Relu(), scope.apply("residual", residual, x));
    }

    /** Padded so that a stride of 1 keeps height and width. No bias: the batch norm behind it would take it away again. */
    static Conv2d convolution(int filters, int kernel, int stride) {
        return new Conv2d(filters, kernel)
                .withStride(stride)
                .withPadding(Padding.of((kernel - 1) / 2))
                .withoutBias();
    }
}
