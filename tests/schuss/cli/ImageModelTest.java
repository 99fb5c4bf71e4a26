package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import schuss.Answer;
import schuss.Device;
import schuss.ImageModel;
import schuss.Model;
import schuss.Shape;
import schuss.data.DataException;
import schuss.data.image.EncodedImages;
import schuss.data.image.ImageFile;
import schuss.data.image.ImageFolder;
import schuss.data.image.ImageOptions;
import schuss.data.image.ImageOptions.Background;
import schuss.data.image.SampleImages;
import schuss.layers.BatchNorm;
import schuss.layers.Conv2d;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.optim.Adam;
import schuss.optim.Sgd;
import schuss.train.Trainer;
import schuss.zoo.Zoo;

/** Models of images go from Java to the command line and back, and answer alike on both sides, to the last bit. */
class ImageModelTest {
    private static final String[] NAMES = {"dark", "medium grey", "white, or so"};

    @TempDir
    static Path folder;

    private static Device device;
    private static Path images;
    private static ImageFolder train;
    private static ImageModel made; // in Java
    private static Path saved;
    private static Path odd; // images that are not as they are stored

    @BeforeAll
    static void train() throws IOException {
        device = Device.cpu();
        images = SampleImages.write(folder.resolve("images"), 20, 1, NAMES);
        train = ImageFolder.open(images, ImageOptions.DEFAULT.withSize(9, 7).withBackground(Background.BLACK));
        Layer net = Sequential.of(new Conv2d(4, 3), new BatchNorm(), new Relu(), new Flatten(), new Dense(3));
        Model model = Model.create(net, train.input().shape(), device, 3);
        Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                .withBatchSize(10)
                .withEpochs(4)
                .fit(train);
        made = ImageModel.of(model, train.options());
        saved = folder.resolve("saved.safetensors");
        made.save(saved);
        odd = odd();
    }

    @AfterAll
    static void close() {
        made.close();
        device.close();
    }

    private static BufferedImage noise(int width, int height, int type, long seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, type);
        IntStream.range(0, width * height).forEach(i -> image.setRGB(i % width, i / width, random.nextInt()));
        return image;
    }

    private static Path odd() throws IOException {
        Path odd = Files.createDirectories(folder.resolve("odd"));
        byte[] jpeg = EncodedImages.file(noise(12, 20, BufferedImage.TYPE_INT_RGB, 1), "jpg");
        byte[] deep = new byte[6 * 5 * 4 * 2];
        new Random(2).nextBytes(deep);
        byte[] plain = new byte[6 * 5 * 3];
        new Random(3).nextBytes(plain);
        Files.write(odd.resolve("exif.jpg"), EncodedImages.withExif(jpeg, EncodedImages.exif(6, ByteOrder.BIG_ENDIAN)));
        Files.write(odd.resolve("deep.png"), EncodedImages.png(6, 5, 16, EncodedImages.COLOUR_ALPHA, deep));
        Files.write(
                odd.resolve("p3.png"),
                EncodedImages.png(
                        6, 5, 8, EncodedImages.COLOUR, plain, EncodedImages.profileChunk(EncodedImages.displayP3())));
        SampleImages.write(odd.resolve("alpha.png"), noise(31, 17, BufferedImage.TYPE_INT_ARGB, 4));
        SampleImages.write(odd.resolve("grey.png"), noise(5, 5, BufferedImage.TYPE_USHORT_GRAY, 5));
        SampleImages.write(odd.resolve("small.gif"), noise(3, 3, BufferedImage.TYPE_INT_RGB, 6));
        return odd;
    }

    private static CommandRun good(CommandRun run) {
        assertEquals(0, run.code(), run.err());
        return run;
    }

    private static CommandRun predict(Path model, Path input) {
        return good(CommandRun.of("predict", "--model", model.toString(), input.toString()));
    }

    /** As the command line writes it: text from which the same number is read. */
    private static String line(Answer answer) {
        String name = answer.name().contains(",") ? '"' + answer.name() + '"' : answer.name();
        StringBuilder line = new StringBuilder(answer.label() + "," + name);
        answer.probabilities().values().forEach(p -> line.append(',').append(p.floatValue()));
        return line.toString();
    }

    /** Whoever opened a stream closes it. */
    @Test
    void streamsAreReadToTheirEndAndStayOpen() throws IOException {
        Path file = ImageFolder.files(odd).get(0);
        boolean[] closed = {false};
        byte[] bytes = Files.readAllBytes(file);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1000); // more than a decoder asks for
        InputStream in = new ByteArrayInputStream(longer) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertEquals(made.predict(longer), made.predict(in));
        assertEquals(-1, in.read());
        InputStream again = new ByteArrayInputStream(longer) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertArrayEquals(ImageFile.read(longer, made.options()), ImageFile.read(again, made.options()));
        assertEquals(-1, again.read());
        assertFalse(closed[0]);
    }

    @Test
    void allOfADataSetAndOneDecodedImageAreAnswered() throws IOException {
        Path file = train.file(0);
        BufferedImage image = noise(9, 7, BufferedImage.TYPE_INT_RGB, 5);
        byte[] png = EncodedImages.file(image, "png");
        assertEquals(made.predict(png), made.predict(image));
        assertArrayEquals(ImageFile.read(png, Shape.of(5, 4, 3)), ImageFile.read(image, Shape.of(5, 4, 3)));
        assertEquals(made.predict(file).name(), made.predict(train).get(0).name());
        assertEquals(train.size(), made.predict(train).size());
        assertEquals(3, made.predict(train).get(0).top(5).size());
    }

    @Test
    void theCommandLineAnswersAsJavaDoes() throws IOException {
        List<Path> files = ImageFolder.files(odd);
        assertEquals(6, files.size());
        for (Path file : files) {
            Answer answer = made.predict(file);
            assertEquals(predict(saved, file).outLines().get(1), line(answer), file.toString());
            assertEquals(answer, made.predict(Files.readAllBytes(file)));
            try (InputStream in = Files.newInputStream(file)) {
                assertEquals(answer, made.predict(in));
            }
            assertEquals(List.of(NAMES), List.copyOf(answer.probabilities().keySet()));
            assertEquals(
                    1,
                    answer.probabilities().values().stream().mapToDouble(p -> p).sum(),
                    1e-6);
            assertEquals(NAMES[answer.label()], answer.name());
            assertEquals(
                    answer.probabilities().values().stream()
                            .mapToDouble(p -> p)
                            .max()
                            .orElseThrow(),
                    answer.probabilities().get(answer.name()));
        }
        List<String> lines = predict(saved, odd).outLines();
        List<Answer> together = made.predict(files);
        assertEquals("file,class,name,p0,p1,p2", lines.get(0));
        for (int i = 0; i < files.size(); i++) {
            assertEquals(lines.get(i + 1), files.get(i) + "," + line(together.get(i)));
        }
        assertEquals(List.of(), made.predict(List.of()));
    }

    /** More than are predicted together. */
    @Test
    void manyFilesAnswerAsTheCommandLineDoes() throws IOException {
        Path many = folder.resolve("many");
        Random random = new Random(8);
        for (int i = 0; i < 30; i++) {
            SampleImages.write(many.resolve(i + ".bmp"), SampleImages.banded(i % 3, 3, random));
        }
        Path large = folder.resolve("large.safetensors");
        Model model = Model.create(Zoo.mlp(2, 4), Shape.of(300, 300, 3), device, 1); // 15 fill a batch
        ImageOptions options =
                ImageOptions.DEFAULT.withShape(Shape.of(300, 300, 3)).withClassNames(List.of("a", "b"));
        try (ImageModel of = ImageModel.of(model, options)) {
            of.save(large);
            List<Path> files = ImageFolder.files(many);
            List<Answer> answers = of.predict(files);
            List<String> lines = predict(large, many).outLines();
            assertEquals(31, lines.size());
            for (int i = 0; i < 30; i++) {
                assertEquals(lines.get(i + 1), files.get(i) + "," + line(answers.get(i)));
            }
        }
    }

    @Test
    void theCommandLineMeasuresAsJavaDoes() throws IOException {
        Path test = SampleImages.write(folder.resolve("test"), 15, 7, NAMES);
        for (int i = 0; i < 5; i++) { // errors, for something to count
            Files.move(
                    test.resolve("dark/000" + i + "."
                            + List.of("png", "jpg", "bmp", "gif", "png").get(i)),
                    test.resolve("medium grey/1" + i + ".png"));
        }
        double accuracy = Trainer.of(made.model(), new SoftmaxCrossEntropy(), new Sgd(0))
                .withMetric(new Accuracy())
                .evaluate(ImageFolder.open(test, made.options()))
                .get("accuracy");
        assertTrue(accuracy > 0.3 && accuracy < 1, "accuracy " + accuracy);
        CommandRun run = good(CommandRun.of("evaluate", "--model", saved.toString(), test.toString(), "--json"));
        assertEquals(
                Math.round((1 - accuracy) * 45),
                new ObjectMapper().readTree(run.out()).get("errors").asInt());
        CommandRun inspect = good(CommandRun.of("inspect", saved.toString()));
        assertTrue(inspect.out().contains("schuss.classes = dark, medium grey, white, or so"), inspect.out());
        assertTrue(inspect.out().contains("schuss.background = black"), inspect.out());
    }

    /** What is saved is all that there is to know. */
    @Test
    void aFileOfJavaLoadsAgain() throws IOException {
        Path again = folder.resolve("again.safetensors");
        try (ImageModel loaded = ImageModel.load(saved, device)) {
            assertEquals(train.options(), loaded.options());
            for (Path file : ImageFolder.files(odd)) {
                assertEquals(made.predict(file), loaded.predict(file));
            }
            loaded.save(again);
            assertEquals(-1, Files.mismatch(saved, again));
            ImageModel white = ImageModel.of(loaded.model(), loaded.options().withBackground(Background.AUTO));
            assertEquals(Background.WHITE, white.options().background());
            Path alpha = odd.resolve("alpha.png");
            assertNotEquals(made.predict(alpha), white.predict(alpha));
            white.save(again);
            assertEquals(predict(again, alpha).outLines().get(1), line(white.predict(alpha)));
        }
    }

    @Test
    void decodedImagesAnswerAsTheirFiles() throws IOException {
        for (String name : List.of("deep.png", "alpha.png", "grey.png", "small.gif")) {
            Path file = odd.resolve(name);
            assertEquals(made.predict(file), made.predict(ImageIO.read(file.toFile())), name);
        }
        BufferedImage whole = ImageIO.read(odd.resolve("alpha.png").toFile());
        BufferedImage cut = whole.getSubimage(5, 6, 11, 8);
        byte[] bytes = EncodedImages.file(cut, "png");
        for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_4BYTE_ABGR}) {
            BufferedImage copy = new BufferedImage(11, 8, type);
            IntStream.range(0, 88).forEach(i -> copy.setRGB(i % 11, i / 11, cut.getRGB(i % 11, i / 11)));
            assertEquals(made.predict(bytes), made.predict(copy));
        }
        assertEquals(made.predict(bytes), made.predict(cut));
        ComponentColorModel floats = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_FLOAT);
        BufferedImage strange = new BufferedImage(floats, floats.createCompatibleWritableRaster(2, 2), false, null);
        String message =
                assertThrows(DataException.class, () -> made.predict(strange)).getMessage();
        assertTrue(message.startsWith("image: expected samples and colours that can be read"), message);
    }

    @Test
    void whatTheCommandLineTrainsAnswersInJava() throws IOException {
        Path model = folder.resolve("cli.safetensors");
        good(CommandRun.of(
                "train",
                images.toString(),
                "--hidden",
                "8",
                "--epochs",
                "3",
                "--background",
                "grey",
                "--channels",
                "1",
                "--save",
                model.toString()));
        Path idx = IdxSamples.write(folder.resolve("idx"));
        Path digits = folder.resolve("digits.safetensors");
        good(CommandRun.of("train", idx.toString(), "--hidden", "8", "--epochs", "1", "--save", digits.toString()));
        for (Path each : List.of(model, digits)) {
            Path again = folder.resolve("again2.safetensors");
            try (ImageModel loaded = ImageModel.load(each, device)) {
                for (Path file : ImageFolder.files(odd)) {
                    assertEquals(predict(each, file).outLines().get(1), line(loaded.predict(file)));
                }
                loaded.save(again);
            }
            assertEquals(-1, Files.mismatch(each, again));
        }
        try (ImageModel loaded = ImageModel.load(model, device)) {
            assertEquals(Background.GREY, loaded.options().background());
            assertEquals(Shape.of(8, 8, 1), loaded.options().shape());
            assertEquals(List.of(NAMES), loaded.options().classNames());
        }
    }

    @Test
    void imagesThatAreNone() throws IOException {
        Path cut = SampleImages.cut(Files.copy(odd.resolve("deep.png"), folder.resolve("cut.png")));
        refused(cut, "expected a readable image, got a damaged one");
        refused(Files.writeString(folder.resolve("text.png"), "text"), "expected a PNG, JPEG, GIF or BMP image");
        refused(folder.resolve("none.png"), "expected an image file, got no such file");
        String message = assertThrows(DataException.class, () -> made.predict(new byte[0]))
                .getMessage();
        assertEquals("image: expected a PNG, JPEG, GIF or BMP image, got another format", message);
        InputStream half = new ByteArrayInputStream(Files.readAllBytes(cut));
        message = assertThrows(DataException.class, () -> made.predict(half)).getMessage();
        assertTrue(message.startsWith("image: expected a readable image, got a damaged one"), message);
        List<Path> some = List.of(odd.resolve("deep.png"), cut);
        message = assertThrows(DataException.class, () -> made.predict(some)).getMessage();
        assertTrue(message.startsWith(cut + ": "), message);
    }

    private static void refused(Path image, String expected) {
        String message =
                assertThrows(DataException.class, () -> made.predict(image)).getMessage();
        assertTrue(message.startsWith(image + ": " + expected), message);
        assertFalse(message.contains("\n"), message);
    }
}
