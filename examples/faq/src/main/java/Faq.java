import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import schuss.CudaOptions;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.data.table.Table;
import schuss.datasets.Digits;
import schuss.io.Safetensors;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.train.Trainer;
import schuss.train.diagnosis.Profile;

/** Answers to everyday questions, on 8 x 8 images of digits. */
public class Faq {
    public static void main(String[] args) throws Exception {
        try (Device device = Device.cpu()) {
            List<Table> parts = Digits.table(null, line -> {}).shuffle(42).split(0.8, 0.2);
            Dataset train = parts.get(0).dataset();
            Dataset test = parts.get(1).dataset();
            Path file = keras(device, train, test);
            threads(device, file, test);
            unbalanced(device, train);
            weights(device, file);
            profile(device, train);
        }
    }

    /** What compile, fit and evaluate of Keras are here. */
    private static Path keras(Device device, Dataset train, Dataset test) throws Exception {
        // snippet: keras
        Layer net = Sequential.of(new Dense(64), new Relu(), new Dense(10)); // no softmax: the loss has it
        Path file = Path.of("digits.safetensors");
        try (Model model = Model.create(net, Shape.of(64), device, 42)) {
            System.out.println(model.summary());
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                    .withMetric(new Accuracy())
                    .withBatchSize(32)
                    .withEpochs(20);
            trainer.fit(train);
            Map<String, Double> scores = trainer.evaluate(test); // loss and accuracy
            System.out.printf("accuracy %.3f%n", scores.get("accuracy"));
            model.save(file); // network and weights
        }
        // end
        return file;
    }

    /** One model for all threads of a server. */
    private static void threads(Device device, Path file, Dataset test) throws Exception {
        ExampleReader reader = new ExampleReader(test);
        float[][] examples = new float[100][];
        for (int i = 0; i < examples.length; i++) {
            reader.read(i);
            examples[i] = reader.inputs().clone();
        }
        // snippet: threads
        try (Model model = Model.load(file, device)) { // open it once, for all threads
            long sevens = IntStream.range(0, examples.length)
                    .parallel()
                    .mapToObj(i -> model.predict(examples[i])) // the probabilities of ten classes
                    .filter(probabilities -> probabilities[7] > 0.5)
                    .count();
            System.out.println(sevens + " sevens");
        }
        // end
    }

    /** Rare classes count for more. */
    private static void unbalanced(Device device, Dataset train) {
        Layer net = Sequential.of(new Dense(64), new Relu(), new Dense(10));
        try (Model model = Model.create(net, Shape.of(64), device, 42)) {
            // snippet: unbalanced
            double[] weights = new double[train.classes()];
            for (int i = 0; i < train.size(); i++) {
                weights[train.label(i)]++;
            }
            for (int label = 0; label < weights.length; label++) {
                weights[label] = train.size() / (weights.length * weights[label]); // 1 on average
            }
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy().withClassWeights(weights), new Adam(1e-3));
            // end
            trainer.fit(train);
        }
    }

    /** What a file holds. */
    private static void weights(Device device, Path file) throws Exception {
        // snippet: weights
        try (Safetensors tensors = Safetensors.read(file)) {
            for (String name : tensors.names()) {
                System.out.println(name + " " + tensors.extents(name)); // such as 0.dense/weight [64, 64]
            }
        }
        try (Model model = Model.load(file, device)) {
            float[] bias = model.parameter("2.dense/bias");
            bias[0] -= 1; // a zero must be surer from now on
            model.setParameter("2.dense/bias", bias);
        }
        // end
        Files.delete(file);
    }

    /** Where the time of a step goes. */
    private static void profile(Device device, Dataset data) {
        Layer net = Sequential.of(new Dense(64), new Relu(), new Dense(10));
        try (Model model = Model.create(net, Shape.of(64), device, 42)) {
            // snippet: profile
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3));
            Profile profile = Profile.training(trainer, data, 0.2); // measures for about 0.2 s
            for (Profile.Timed step : profile.steps()) {
                System.err.printf("%.1f us %s%n", step.micros(), step.step().label()); // 6.4 us MatMul + bias ...
            }
            System.out.printf("%.1f us in all%n", profile.micros());
            // end
        }
    }

    /** A GPU, where there is one. */
    static void gpu() {
        // snippet: gpu
        Device.cudaUnavailabilityCause().ifPresent(System.out::println); // empty where CUDA can be used
        CudaOptions options = CudaOptions.DEFAULT.withTf32(true).withMemoryBudget(8L << 30); // 8 GiB at most
        try (Device device = Device.cuda(options)) { // or Device.best()
            System.out.println(device.describe());
        }
        // end
    }
}
