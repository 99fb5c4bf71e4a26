package schuss.zoo;

import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Layer;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.ops.Value;

/**
 * A depthwise separable convolution (Howard et al. 2017, figure 3): a 3 x 3 convolution within every channel, then a 1 x
 * 1 convolution across channels.
 *
 * @param filters the number of output channels
 * @param stride the stride of the first convolution: 2 halves height and width
 */
record SeparableBlock(int filters, int stride) implements Layer {
    @Override
    public Value forward(Scope scope, Value x) {
        Conv2d depthwise = Conv2d.depthwise(3)
                .withStride(stride)
                .withPadding(Padding.of(1))
                .withoutBias();
        return Sequential.of(
                        depthwise,
                        new BatchNorm(),
                        new Relu(),
                        new Conv2d(filters, 1).withoutBias(),
                        new BatchNorm(),
                        new Relu())
                .forward(scope, x);
    }
}
