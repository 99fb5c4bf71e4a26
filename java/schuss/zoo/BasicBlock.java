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
 * The block of small residual networks (He et al. 2016, figure 2): {@code y = relu(F(x) + x)}, where F is two 3 x 3
 * convolutions. Where F changes the shape, x passes through a 1 x 1 convolution (option B of the paper).
 *
 * @param filters the number of output channels
 * @param stride the stride of the first convolution: 2 halves height and width
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

    /**
     * Padded so that a stride of 1 keeps height and width. Without bias, because the batch normalisation after it would
     * remove it.
     */
    static Conv2d convolution(int filters, int kernel, int stride) {
        return new Conv2d(filters, kernel)
                .withStride(stride)
                .withPadding(Padding.of((kernel - 1) / 2))
                .withoutBias();
    }
}
