package schuss;

import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.datasets.FashionMnist;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.train.Trainer;
import schuss.zoo.Zoo;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What transfer gains: the LeNet of the zoo learns classes 0 to 4 of Fashion-MNIST from all their examples, then classes 5 to
 * 9 from 100 examples each, with the same budget: from scratch, with all weights but the head's taken over as a start, and with
 * the convolutions, or all but the head, frozen besides. Prints the accuracy on the test examples of classes 5 to 9, of three seeds each.
 */
final class TransferExperiment {
    private static final int CLASSES = 5;
    private static final int EACH = 100;
    private static final int SEEDS = 3;
    private static final int PRETRAINING_EPOCHS = 2;
    private static final int EPOCHS = 20;

    private TransferExperiment() {}

    public static void main(String[] arguments) {
        Dataset train = FashionMnist.train();
        Dataset test = classes(FashionMnist.test(), CLASSES, Integer.MAX_VALUE);
        Dataset few = classes(train, CLASSES, EACH);
        try (Device device = Device.best();
                Model pretrained = model(device, 42)) {
            trainer(pretrained, 42).withEpochs(PRETRAINING_EPOCHS).fit(classes(train, 0, Integer.MAX_VALUE));
            run("from scratch", device, few, test, List.of(), pretrained, t -> t);
            List<String> body = List.of("0.conv2d", "3.conv2d", "7.dense");
            run("transferred, all trained on", device, few, test, body, pretrained, t -> t);
            run("transferred, convolutions frozen", device, few, test, body, pretrained, t -> t.withFrozen(
                    "0.conv2d", "3.conv2d"));
            run("transferred, all but the head frozen", device, few, test, body, pretrained, t -> t.withFrozen(
                    "0.conv2d", "3.conv2d", "7.dense"));
        }
    }

    private static Model model(Device device, long seed) {
        return Model.create(Zoo.lenet(CLASSES, 0.5), Shape.of(28, 28, 1), device, seed);
    }

    private static Trainer trainer(Model model, long seed) {
        return Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                .withMetric(new Accuracy())
                .withBatchSize(64)
                .withSeed(seed);
    }

    private static void run(
            String name,
            Device device,
            Dataset few,
            Dataset test,
            List<String> taken,
            Model pretrained,
            UnaryOperator<Trainer> settings) {
        double[] accuracies = IntStream.range(0, SEEDS)
                .mapToDouble(seed -> {
                    try (Model model = model(device, seed)) {
                        taken.forEach(path -> model.copyWeights(pretrained, path));
                        Trainer trainer = settings.apply(trainer(model, seed)).withEpochs(EPOCHS);
                        trainer.fit(few);
                        return trainer.evaluate(test).get("accuracy");
                    }
                })
                .toArray();
        System.out.print(name + ":");
        for (double accuracy : accuracies) {
            System.out.printf(Locale.ROOT, " %.4f", accuracy);
        }
        System.out.println();
    }

    /** The examples of five classes, whose labels begin at 0; at most so many of each. */
    private static Dataset classes(Dataset all, int first, int most) {
        ExampleReader reader = new ExampleReader(all);
        int[] counts = new int[CLASSES];
        int[] labels = new int[all.size()];
        int[] rows = IntStream.range(0, all.size())
                .filter(i -> {
                    reader.read(i);
                    labels[i] = reader.label() - first;
                    return labels[i] >= 0 && labels[i] < CLASSES && counts[labels[i]]++ < most;
                })
                .toArray();
        int size = Math.toIntExact(all.input().shape().size());
        float[] pixels = new float[rows.length * size];
        for (int i = 0; i < rows.length; i++) {
            reader.read(rows[i]);
            System.arraycopy(reader.inputs(), 0, pixels, i * size, size);
        }
        return Dataset.of(
                pixels,
                all.input().shape(),
                IntStream.of(rows).map(i -> labels[i]).toArray(),
                CLASSES);
    }
}
