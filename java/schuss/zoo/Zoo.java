package schuss.zoo;

import static schuss.zoo.BasicBlock.convolution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.GlobalAveragePool;
import schuss.layers.Layer;
import schuss.layers.MaxPool2d;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Sequential;

/**
 * Well-known network architectures, with random weights and ready to train. All but {@link #mlp} take images, (batch,
 * height, width, channels), of any size that is not too small for their pooling. Outputs are logits, (batch, classes),
 * for {@link schuss.losses.SoftmaxCrossEntropy}. Weights have He initialisation.
 *
 * <pre>{@code
 * Model model = Model.create(Zoo.resnet20(10), Shape.of(32, 32, 3), device, 42);
 * }</pre>
 */
public final class Zoo {
    private Zoo() {}

    /**
     * {@return a multilayer perceptron with ReLU}
     *
     * @param classes the number of outputs, at least 1
     * @param hidden the numbers of units of the hidden layers
     */
    public static Mlp mlp(int classes, int... hidden) {
        return new Mlp(classes, Arrays.stream(hidden).boxed().toList(), 0, 0, false);
    }

    /**
     * {@return a LeNet (LeCun et al. 1998) as it is built today: two convolutions and two dense layers, with ReLU, max
     * pooling and dropout 0.5}
     *
     * @param classes the number of outputs
     */
    public static Sequential lenet(int classes) {
        return lenet(classes, 0.5);
    }

    /**
     * {@return {@link #lenet(int)} with another dropout rate}
     *
     * @param classes the number of outputs
     * @param dropout the dropout rate after the first dense layer, in [0, 1)
     */
    public static Sequential lenet(int classes, double dropout) {
        return Sequential.of(
                new Conv2d(32, 5),
                new Relu(),
                new MaxPool2d(2),
                new Conv2d(64, 5),
                new Relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Dense(1024),
                new Relu(),
                Dropout.drop(dropout),
                new Dense(classes));
    }

    /**
     * {@return the residual network of 20 layers for small images such as those of CIFAR-10 (He et al. 2016, section
     * 4.2), with 1 x 1 convolutions as shortcuts where the shape changes}
     *
     * @param classes the number of outputs
     */
    public static Sequential resnet20(int classes) {
        return resnet(20, classes);
    }

    /**
     * {@return {@link #resnet20} with another number of layers: three stages of 16, 32 and 64 filters, each of (depth -
     * 2) / 6 blocks}
     *
     * @param depth the number of layers: 8, 14, 20, 32, 44, 56, 110 or any other 6 n + 2
     * @param classes the number of outputs
     * @throws IllegalArgumentException if the depth is not 6 n + 2 with n of at least 1
     */
    public static Sequential resnet(int depth, int classes) {
        if (depth < 8 || (depth - 2) % 6 != 0) {
            throw new IllegalArgumentException("resnet: expected a depth of 8, 14, 20, ... 6 n + 2, got " + depth);
        }
        List<Layer> layers = new ArrayList<>(List.of(convolution(16, 3, 1), new BatchNorm(), new Relu()));
        for (int filters = 16; filters <= 64; filters *= 2) {
            for (int block = 0; block < (depth - 2) / 6; block++) {
                layers.add(new BasicBlock(filters, filters > 16 && block == 0 ? 2 : 1));
            }
        }
        layers.add(new GlobalAveragePool());
        layers.add(new Dense(classes));
        return new Sequential(layers);
    }

    /**
     * {@return the residual network of 18 layers for photographs (He et al. 2016, table 1). For images of less than 64
     * pixels in height or width it begins with a 3 x 3 convolution instead of the 7 x 7 convolution and pooling that
     * reduce the size to a quarter}
     *
     * @param classes the number of outputs
     */
    public static Sequential resnet18(int classes) {
        Sequential small = Sequential.of(convolution(64, 3, 1), new BatchNorm(), new Relu());
        Sequential large = Sequential.of(
                convolution(64, 7, 2),
                new BatchNorm(),
                new Relu(),
                new MaxPool2d(3).withStride(2).withPadding(Padding.of(1)));
        return Sequential.of(
                new Stem(small, large),
                new BasicBlock(64, 1),
                new BasicBlock(64, 1),
                new BasicBlock(128, 2),
                new BasicBlock(128, 1),
                new BasicBlock(256, 2),
                new BasicBlock(256, 1),
                new BasicBlock(512, 2),
                new BasicBlock(512, 1),
                new GlobalAveragePool(),
                new Dense(classes));
    }

    /**
     * {@return MobileNet (Howard et al. 2017, table 1), a small and fast network of depthwise separable convolutions. The
     * first convolution halves the size of images of at least 64 pixels in height and width and keeps that of smaller
     * ones}
     *
     * @param classes the number of outputs
     */
    public static Sequential mobilenet(int classes) {
        return Sequential.of(
                new Stem(convolution(32, 3, 1), convolution(32, 3, 2)),
                new BatchNorm(),
                new Relu(),
                new SeparableBlock(64, 1),
                new SeparableBlock(128, 2),
                new SeparableBlock(128, 1),
                new SeparableBlock(256, 2),
                new SeparableBlock(256, 1),
                new SeparableBlock(512, 2),
                new SeparableBlock(512, 1),
                new SeparableBlock(512, 1),
                new SeparableBlock(512, 1),
                new SeparableBlock(512, 1),
                new SeparableBlock(512, 1),
                new SeparableBlock(1024, 2),
                new SeparableBlock(1024, 1),
                new GlobalAveragePool(),
                new Dense(classes));
    }
}
