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
 * Well-known networks, composed of public layers. All but {@link #mlp} take images (height, width, channels) of any
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
     * The residual network of 20 layers for small images (He et al. 2016, section 4.2), with 1 x 1 convolutions as
     * shortcuts where the shape changes.
     */
    public static Sequential resnet20(int classes) {
        return resnet(20, classes);
    }

    /**
     * {@link #resnet20} with another number of layers: stages of 16, 32 and 64 filters, each of (depth - 2) / 6 blocks.
     *
     * @param depth 20, 32, 44, 56, 110: any 6 n + 2
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
     * The residual network of 18 layers for photographs (He et al. 2016, table 1). Images of less than 64 pixels in
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
     * of images from 64 pixels on, and keeps that of smaller ones.
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
