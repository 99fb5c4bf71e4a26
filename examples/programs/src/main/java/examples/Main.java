package examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.Fields;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Sequential;
import schuss.layers.Tanh;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.ops.Value;
import schuss.optim.Adam;
import schuss.optim.Sgd;
import schuss.train.Trainer;
import schuss.train.diagnosis.GradientCheck;
import schuss.zoo.Zoo;

/** Runs the programs of this folder one after the other. */
public final class Main {
    private static final Random RANDOM = new Random(1);

    public static void main(String[] args) throws Exception {
        try (Device device = Device.best()) {
            Networks.summary(device);
            transfer(device);
            numPy(device);
            own(device);
            severalInputs(device);
            loop(device);
            derivatives(device);
        }
        ownOp();
    }

    private static void transfer(Device device) throws Exception {
        Path file = Files.createDirectories(Path.of("target")).resolve("lenet.safetensors");
        try (Model model = Model.create(Zoo.lenet(10, 0.5), Networks.IMAGE, device, 1)) {
            model.save(file);
            float[] spread = Networks.spread(model, numbers(28 * 28));
            System.out.printf("output %.2f, give or take %.2f%n", spread[0], spread[1]);
        }
        int[] labels = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
        Dataset few = Dataset.of(numbers(10 * 28 * 28), Networks.IMAGE, labels, 5);
        System.out.println("taken over: " + Networks.transfer(file, few, device));
    }

    /** Points above a line or below it, far from 0. */
    private static void numPy(Device device) throws Exception {
        float[] x = numbers(2000);
        int[] y = new int[1000];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[2 * i] > x[2 * i + 1] ? 1 : 0;
            x[2 * i] += 1000;
        }
        Path rows = Path.of("target", "x.npy");
        Path labels = Path.of("target", "y.npy");
        NumPyFiles.write(rows, x);
        NumPyFiles.write(labels, y);
        System.out.printf("accuracy %.2f%n", NumPyFiles.train(rows, labels, device));
    }

    /** A layer, a loss and an optimiser of one's own. */
    private static void own(Device device) throws Exception {
        float[] x = numbers(2000);
        float[] y = new float[1000];
        for (int i = 0; i < y.length; i++) {
            y[i] = 10 * RANDOM.nextFloat(); // has nothing to do with x
        }
        Dataset data = Dataset.of(x, Shape.of(2), y, Shape.of(1));
        Path file = Path.of("target", "own.safetensors");
        // snippet: own
        Layer net = Sequential.of(new Dense(8), new Swish(), new Scale(), new Dense(1));
        try (Model model = Model.create(net, Shape.of(2), device, 42)) {
            Trainer trainer = Trainer.of(model, new Quantile(0.9), new SignDescent(0.01));
            System.out.println(GradientCheck.of(trainer, data.take(8))); // of the layers and the loss
            trainer.withEpochs(200).fit(data);
            model.save(file);
        }
        // end
        float[] predicted;
        // snippet: load
        try (Model model = Model.load(file, device, Swish.class, Scale.class)) { // layers that Schuss does not know
            predicted = model.predict(x);
        }
        // end
        int below = 0;
        for (int i = 0; i < y.length; i++) {
            below += y[i] < predicted[i] ? 1 : 0;
        }
        System.out.printf("numbers below what is predicted: %d of %d%n", below, y.length);
    }

    /** The kernel is told to each device; the gradients are checked on the reference device, which computes in double. */
    private static void ownOp() {
        // snippet: op
        try (Device device = Device.reference()) {
            Reversed.register(device);
            Layer reverse = (scope, x) -> Value.of(new Reversed(x.shape().dim(1)), x);
            Layer net = Sequential.of(new Dense(4), reverse, new Tanh(), new Dense(1));
            try (Model model = Model.create(net, Shape.of(3), device, 42)) {
                Dataset data = Dataset.of(numbers(24), Shape.of(3), numbers(8), Shape.of(1));
                Trainer trainer = Trainer.of(model, new MeanSquaredError(), new Sgd(0.1));
                System.out.println(GradientCheck.of(trainer, data));
            }
        }
        // end
    }

    private static void severalInputs(Device device) {
        int count = 60;
        int[] kinds = new int[count];
        float[] prices = new float[count];
        for (int i = 0; i < count; i++) {
            kinds[i] = i % 3;
            prices[i] = i % 3 + RANDOM.nextFloat();
        }
        float[] photos = numbers(count * (int) TwoHeads.PHOTO.size());
        float[] rows = numbers(count * (int) TwoHeads.TABLE.size());
        // snippet: fields
        Dataset houses = new Fields()
                .input("photo", Dataset.of(photos, TwoHeads.PHOTO, kinds, 3))
                .input("table", Dataset.of(rows, TwoHeads.TABLE, kinds, 3))
                .target("kind", Dataset.of(rows, TwoHeads.TABLE, kinds, 3))
                .target("price", Dataset.of(rows, TwoHeads.TABLE, prices, Shape.of(1)))
                .dataset();
        // end
        try (Model model = TwoHeads.model(device)) {
            TwoHeads.train(model, houses);
            System.out.println("prices of two: " + TwoHeads.prices(model).length);
        }
    }

    private static void loop(Device device) {
        float[] x = {0, 0, 0, 1, 1, 0, 1, 1};
        Layer net = Sequential.of(new Dense(8), new Tanh(), new Dense(2));
        try (Model model = Model.create(net, Shape.of(2), device, 42)) {
            int steps = OwnLoop.train(model, x, new int[] {0, 1, 1, 0}, 0.05);
            System.out.println("learnt exclusive or in " + steps + " steps");
        }
        try (Model model = Model.create(net, Shape.of(2), device, 42)) {
            Dataset data = Dataset.of(x, Shape.of(2), new int[] {0, 1, 1, 0}, 2);
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01));
            System.out.printf("loss of the last batch %.2f%n", OwnLoop.epoch(trainer, data, 2));
        }
    }

    private static void derivatives(Device device) {
        Layer net = Sequential.of(new Dense(4), new Tanh(), new Dense(2));
        try (Model model = Model.create(Networks.plain(), Networks.IMAGE, device, 42)) {
            System.out.println("saliency of " + Saliency.of(model, numbers(28 * 28), 3).length + " pixels");
        }
        try (Model model = Model.create(net, Shape.of(3), device, 42)) {
            float[] product =
                    HessianVector.product(model, "0.dense/weight", numbers(12), numbers(9), new int[] {0, 1, 1});
            System.out.println("Hessian times direction: " + product.length + " numbers");
        }
        float[] slopes = Slopes.of(device);
        System.out.printf("slope backwards %.9f, forwards %.9f%n", slopes[0], slopes[1]);
    }

    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = RANDOM.nextFloat();
        }
        return numbers;
    }
}
