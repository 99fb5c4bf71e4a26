import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Polygon;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import schuss.Answer;
import schuss.Device;
import schuss.ImageModel;
import schuss.Model;
import schuss.data.DataException;
import schuss.data.augment.Augmentation;
import schuss.data.image.ImageFile;
import schuss.data.image.ImageFolder;
import schuss.data.image.ImageOptions;
import schuss.evaluation.TestTimeAugmentation;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.GlobalAveragePool;
import schuss.layers.Layer;
import schuss.layers.MaxPool2d;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** Learns to tell circles, squares and triangles apart from images in folders. */
public class Shapes {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of("target", "shapes");
        Path file = Path.of("target", "shapes.safetensors");
        drawAll(folder.resolve("train"), 100, 1);
        drawAll(folder.resolve("test"), 20, 2);
        // snippet: open
        ImageFolder train = ImageFolder.open(folder.resolve("train"), ImageOptions.DEFAULT.withSize(32, 32));
        ImageFolder test = ImageFolder.open(folder.resolve("test"), train.options()); // the same classes and size
        System.out.println(train.size() + " images of " + train.classNames());
        // end
        try (Device device = Device.best()) {
            // snippet: train
            Layer net =
                    Sequential.of(block(16), block(32), block(64), new GlobalAveragePool(), new Dense(train.classes()));
            Model model = Model.create(net, train.input().shape(), device, 42);
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.003))
                    .withBatchSize(20)
                    .withEpochs(20)
                    .withMetric(new Accuracy())
                    .withAugmentation(
                            Augmentation.none().flip(0.5).translate(0.1).noise(0.05)) // another one every time
                    .withWorkers(2); // threads that read ahead
            trainer.fit(train);
            System.out.printf("accuracy %.2f%n", trainer.evaluate(test).get("accuracy"));
            // end
            // snippet: save
            try (ImageModel shapes = ImageModel.of(model, train.options())) { // closes the model too
                shapes.save(file);
            }
            // end
            // snippet: predict
            try (ImageModel shapes = ImageModel.load(file, device)) {
                Path image = folder.resolve("test").resolve("circle").resolve("0.png");
                Answer answer = shapes.predict(image);
                System.out.printf(
                        "%s %.2f%n", answer.name(), answer.probabilities().get(answer.name()));

                byte[] bytes = Files.readAllBytes(image); // an upload, say
                System.out.println("bytes: " + shapes.predict(bytes).name());
                try (InputStream stream = Files.newInputStream(image)) {
                    System.out.println("stream: " + shapes.predict(stream).name());
                }
                List<Answer> answers = shapes.predict(List.of(test.file(0), test.file(20), test.file(40)));
                answers.forEach(each -> System.out.println(each.name()));
                // end
                // snippet: views
                float[] pixels = ImageFile.read(image, shapes.options());
                float[] mean = TestTimeAugmentation.flips().predict(shapes.model(), pixels); // as it is, and mirrored
                System.out.printf(
                        "with its mirror image: %s %.2f%n", train.classNames().get(0), mean[0]);
                // end
                // snippet: error
                try {
                    shapes.predict("no image".getBytes());
                } catch (DataException e) {
                    System.out.println(e.getMessage());
                }
                // end
                // snippet: predict
            }
            // end
        }
    }

    // snippet: block
    /** Filters of 3 x 3 pixels, and half the height and width behind them. */
    private static Layer block(int filters) {
        return Sequential.of(new Conv2d(filters, 3), new BatchNorm(), new Relu(), new MaxPool2d(2));
    }
    // end

    /** Draws images into a folder for each class. */
    private static void drawAll(Path folder, int count, long seed) throws IOException {
        Random random = new Random(seed);
        for (String shape : List.of("circle", "square", "triangle")) {
            Path of = Files.createDirectories(folder.resolve(shape));
            for (int i = 0; i < count; i++) {
                ImageIO.write(draw(shape, random), "png", of.resolve(i + ".png").toFile());
            }
        }
    }

    private static BufferedImage draw(String shape, Random random) {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setColor(Color.getHSBColor(random.nextFloat(), 0.3f, 1));
        pen.fillRect(0, 0, 48, 48);
        pen.setColor(Color.getHSBColor(random.nextFloat(), 0.8f, 0.6f));
        int size = 18 + random.nextInt(14);
        int x = random.nextInt(48 - size);
        int y = random.nextInt(48 - size);
        switch (shape) {
            case "circle" -> pen.fillOval(x, y, size, size);
            case "square" -> pen.fillRect(x, y, size, size);
            default ->
                pen.fillPolygon(
                        new Polygon(new int[] {x, x + size / 2, x + size}, new int[] {y + size, y, y + size}, 3));
        }
        pen.dispose();
        return image;
    }
}
