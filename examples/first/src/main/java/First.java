import java.nio.file.Path;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.data.Dataset;
import schuss.data.ExampleReader;
import schuss.datasets.FashionMnist;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.train.History;
import schuss.train.Trainer;

/** Trains a network that tells clothes apart, saves it, loads it again and asks it. */
public class First {
    public static void main(String[] args) throws Exception {
        Layer net = Sequential.of(new Flatten(), new Dense(500), new Relu(), new Dense(10));
        Path file = Path.of("first.safetensors");
        Dataset test = FashionMnist.test();
        try (Device device = Device.best()) {
            try (Model model = Model.create(net, Shape.of(28, 28, 1), device, 42)) {
                History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(1e-3))
                        .withEpochs(2)
                        .withMetric(new Accuracy())
                        .withValidation(test)
                        .withProgress()
                        .fit(FashionMnist.train());
                System.out.printf("accuracy %.3f%n", history.last().value("validation accuracy"));
                model.save(file);
            }
            try (Model model = Model.load(file, device)) { // the file tells its network
                ExampleReader reader = new ExampleReader(test);
                reader.read(0);
                float[] probabilities = model.predict(reader.inputs());
                String name = FashionMnist.CLASSES.get(reader.label());
                System.out.printf("%s: %.2f%n", name, probabilities[reader.label()]);
            }
        }
    }
}
