package examples;

import java.nio.file.Path;
import java.util.List;
import schuss.Device;
import schuss.Model;
import schuss.MonteCarloPrediction;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.GlobalAveragePool;
import schuss.layers.Layer;
import schuss.layers.MaxPool2d;
import schuss.layers.Relu;
import schuss.layers.Residual;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;
import schuss.zoo.Zoo;

/** Networks composed of layers, and what can be done with a network that has learnt. */
public final class Networks {
    static final Shape IMAGE = Shape.of(28, 28, 1); // height, width, channels

    static Layer plain() {
        // snippet: sequential
        Layer net = Sequential.of(new Conv2d(32, 5), new Relu(), new MaxPool2d(2), new Flatten(), new Dense(10));
        // end
        return net;
    }

    // snippet: residual
    static Layer convolution(int filters) { // of 3 x 3 pixels
        return Sequential.of(new Conv2d(filters, 3).withoutBias(), new BatchNorm());
    }

    static Layer block(int filters) {
        Layer inner = Sequential.of(convolution(filters), new Relu(), convolution(filters));
        return Sequential.of(new Residual(inner), new Relu());
    }

    static Layer residual() {
        return Sequential.of(convolution(16), new Relu(), block(16), block(16), new GlobalAveragePool(), new Dense(10));
    }
    // end

    static void summary(Device device) {
        try (Model model = Model.create(residual(), IMAGE, device, 42)) {
            System.out.println(model.summary()); // shapes, parameters, what a pixel sees, multiply-adds, memory
        }
    }

    /** How sure a network with dropout is of its first output: the mean and the standard deviation. */
    static float[] spread(Model model, float[] pixels) {
        // snippet: spread
        MonteCarloPrediction distribution = model.predictDistribution(pixels, 100, 42); // 100 samples, seed 42
        float[] mean = distribution.mean();
        float[] deviation = distribution.standardDeviation();
        // end
        return new float[] {mean[0], deviation[0]};
    }

    /** A network that knows ten classes learns five others from few examples. */
    static List<String> transfer(Path saved, Dataset few, Device device) throws Exception {
        // snippet: transfer
        Layer net = Zoo.lenet(5, 0.5); // five classes, where the saved one had ten
        try (Model old = Model.load(saved, device);
                Model model = Model.create(net, IMAGE, device, 42)) {
            List<String> taken = model.copyWeights(old, "*"); // all of equal path and shape: all but the last layer
            Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                    .withFrozen("0.conv2d", "3.conv2d") // features as they are
                    .withGroup("7.dense/*", g -> g.withRate(0.1)) // changed with care
                    .withEpochs(2)
                    .fit(few);
            // end
            return taken;
            // snippet: transfer
        }
        // end
    }
}
