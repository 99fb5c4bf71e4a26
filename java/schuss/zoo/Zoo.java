package schuss.zoo;

import static schuss.zoo.BasicBlock.convolution;

import java.util.Arrays;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.GlobalAveragePool;
import schuss.layers.MaxPool2d;
import schuss.layers.Padding;
import schuss.layers.Relu;
import schuss.layers.Sequential;

/**
 * Well-known networks, composed of public layers. All but {@link #mlp} take pictures (height, width, channels) of any
 * size that leaves them a pixel; outputs are logits, one per class, and weights begin as He's normal numbers.
 *
 * <pre>{@code
 * Model model = Model.create(Zoo.resnet20(10), Shape.of(32, 32, 3), device, 42);
 * }</pre>
 */
public final class Zoo {
    private Zoo() {}

    /** Hidden layers of these widths with ReLU, then one output per class. */
    public static Mlp mlp(int classes, int... hidden) {
        return new Mlp(classes, Arrays.stream(hidden).boxed().toList(), 0, 0, false);
    }

    /** Two convolutions and two dense layers after LeCun et al. (1998), as they are built today. */
    public static Sequential lenet(int classes) {
        return lenet(classes, 0.5);
    }

    /** {@link #lenet(int)} with this share of the dense layer's units dropped in training. */
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
     * The residual network of 20 layers for small pictures (He et al. 2016, section 4.2), with 1 x 1 convolutions as
     * shortcuts where the shape changes.
     */
    public static Sequential resnet20(int classes) {
        return Sequential.of(
                convolution(16, 3, 1),
                new BatchNorm(),
                new Relu(),
                new BasicBlock(16, 1),
                new BasicBlock(16, 1),
                new BasicBlock(16, 1),
                new BasicBlock(32, 2),
                new BasicBlock(32, 1),
                new BasicBlock(32, 1),
                new BasicBlock(64, 2),
                new BasicBlock(64, 1),
                new BasicBlock(64, 1),
                new GlobalAveragePool(),
                new Dense(classes));
    }

    /**
     * The residual network of 18 layers for photographs (He et al. 2016, table 1). Pictures of less than 64 pixels in
     * height or width meet a convolution of 3 x 3 first instead of one of 7 x 7 and a pooling that quarter the size.
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
     * MobileNet (Howard et al. 2017, table 1), of depthwise separable convolutions. The first convolution halves the size
     * of pictures from 64 pixels on, and keeps that of smaller ones.
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
