package schuss.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.TestDevice;
import schuss.data.Dataset;
import schuss.evaluation.ClassificationReport;
import schuss.layers.Dense;
import schuss.layers.Flatten;
import schuss.layers.Relu;
import schuss.layers.Sequential;
import schuss.losses.MeanSquaredError;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.Accuracy;
import schuss.metrics.ConfusionMatrix;
import schuss.optim.Adam;
import schuss.train.Callback;
import schuss.train.Epoch;
import schuss.train.History;
import schuss.train.Trainer;

class TrainingReportTest {
    private static final Shape IMAGE = Shape.of(4, 4, 1);
    private static final List<String> NAMES = List.of("<first> & foremost", "second", "third");

    @TempDir
    private Path folder;

    /** The brighter an image the higher its class, hard to tell at the borders. */
    private static Dataset images(int count, long seed) {
        Random random = new Random(seed);
        float[] pixels = new float[count * 16];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            float light = random.nextFloat();
            labels[i] = (int) (light * 3);
            for (int j = 0; j < 16; j++) {
                pixels[i * 16 + j] = 0.7f * light + 0.3f * random.nextFloat();
            }
        }
        return Dataset.of(pixels, IMAGE, labels, 3);
    }

    private interface Use {
        void of(Model model, TrainingReport report, History history) throws Exception;
    }

    private static void train(Use use) throws Exception {
        try (Device device = TestDevice.open();
                Model model = Model.create(
                        Sequential.of(new Flatten(), new Dense(8), new Relu(), new Dense(3)), IMAGE, device, 3)) {
            TrainingReport report = new TrainingReport("A <small> run")
                    .setting("colour", "grey & white")
                    .test(images(200, 2).withClassNames(NAMES).take(200));
            History history = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                    .withBatchSize(16)
                    .withEpochs(3)
                    .withSeed(4711)
                    .withMetric(new Accuracy())
                    .withValidation(images(60, 5))
                    .withCallback(report)
                    .withCallback(Callback.everyEpoch((epoch, training) -> training.warn("mind the <gap>")))
                    .fit(images(160, 1));
            use.of(model, report, history);
        }
    }

    private static Document parse(String html) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        return factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.substring(html.indexOf('\n')))));
    }

    private static List<Element> elements(Document page, String tag) {
        NodeList found = page.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    private static List<String> texts(Document page, String tag) {
        return elements(page, tag).stream().map(Element::getTextContent).toList();
    }

    @Test
    void thePageStandsAloneAndIsWellFormed() throws Exception {
        train((model, report, history) -> {
            Path file = folder.resolve("run.html");
            report.write(file);
            String html = Files.readString(file);
            assertTrue(html.startsWith("<!DOCTYPE html>\n<html"), html.substring(0, 40));
            assertFalse(html.contains("http"), "a link");
            assertFalse(html.contains("<script"), "a script");
            Document page = parse(html);
            assertEquals(List.of("A <small> run"), texts(page, "h1"));
            assertTrue(
                    texts(page, "h2")
                            .containsAll(List.of(
                                    "Training",
                                    "Layers",
                                    "Classes",
                                    "Errors",
                                    "Filters of the first layer",
                                    "Network",
                                    "Settings")),
                    texts(page, "h2").toString());
            assertTrue(texts(page, "p").contains("mind the <gap>"));
            List<String> cells = texts(page, "td");
            assertTrue(cells.contains("4711") && cells.contains("grey & white"), cells.toString());
        });
    }

    @Test
    void numbersAreThoseOfTheHistory() throws Exception {
        train((model, report, history) -> {
            Document page = parse(report.html().toHtml());
            List<String> titles = texts(page, "title"); // of the page, then of points
            for (Epoch epoch : history.epochs()) {
                assertPoint(titles, "training, epoch " + epoch.number(), epoch.value("loss"));
                assertPoint(titles, "validation, epoch " + epoch.number(), epoch.value("validation loss"));
                assertPoint(titles, "validation, epoch " + epoch.number(), epoch.value("validation accuracy"));
                assertPoint(titles, "learning rate, epoch " + epoch.number(), epoch.learningRate());
                assertTrue(texts(page, "td").contains(String.format(Locale.ROOT, "%.4g", epoch.value("loss"))));
            }
            int last = history.last().number();
            double squares = 0;
            for (float w : model.parameter("1.dense/weight")) {
                squares += (double) w * w;
            }
            assertPoint(titles, "1.dense/weight, epoch " + last, Math.sqrt(squares / (16 * 8)));
        });
    }

    /** One of the points of this name is at this height. */
    private static void assertPoint(List<String> titles, String name, double expected) {
        List<Double> found = titles.stream()
                .filter(title -> title.startsWith(name + ": "))
                .map(title -> Double.parseDouble(title.substring(name.length() + 2)))
                .toList();
        assertTrue(
                found.stream().anyMatch(y -> Math.abs(y - expected) <= 1e-5 * Math.abs(expected)),
                name + ": expected " + expected + ", got " + found);
    }

    @Test
    void confusionsAreCountedAndShown() throws Exception {
        train((model, report, history) -> {
            Document page = parse(report.html().toHtml());
            ConfusionMatrix matrix =
                    ClassificationReport.of(model, images(200, 2)).confusion();
            Element table = elements(page, "table").stream()
                    .filter(t -> t.getAttribute("class").equals("confusion"))
                    .findFirst()
                    .orElseThrow();
            NodeList counts = table.getElementsByTagName("td");
            assertEquals(9, counts.getLength());
            long errors = 0;
            for (int i = 0; i < 9; i++) {
                assertEquals(
                        Long.toString(matrix.count(i / 3, i % 3)),
                        counts.item(i).getTextContent());
                errors += i / 3 == i % 3 ? 0 : matrix.count(i / 3, i % 3);
            }
            assertTrue(table.getTextContent().contains(NAMES.get(0)));
            assertTrue(errors > 0, "examples were to be hard");
            List<Element> shown = elements(page, "img");
            assertEquals(Math.min(24, errors) + 1, shown.size()); // and the filters
            String source = shown.get(0).getAttribute("src");
            byte[] png = Base64.getDecoder().decode(source.substring("data:image/png;base64,".length()));
            assertEquals(4, ImageIO.read(new ByteArrayInputStream(png)).getWidth());
        });
    }

    @Test
    void anEpochThatIsStoppedIsToldWithoutValidation() throws Exception {
        try (Device device = TestDevice.open();
                Model model = Model.create(Sequential.of(new Flatten(), new Dense(3)), IMAGE, device, 3)) {
            TrainingReport report = new TrainingReport("A run that was stopped");
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01))
                    .withBatchSize(16)
                    .withEpochs(3)
                    .withValidation(images(60, 5))
                    .withCallback(report);
            AtomicInteger reads = new AtomicInteger();
            History history = trainer.fit(images(160, 1).map(IMAGE, x -> {
                if (reads.incrementAndGet() == 160 + 32) { // the last of the second batch of the second epoch
                    trainer.stop();
                }
                return x;
            }));
            Document page = parse(report.html().toHtml());
            assertTrue(
                    texts(page, "p").contains("Training was stopped in epoch 2 of 3, after 32 of 160 examples."),
                    texts(page, "p").toString());
            List<String> lines = history.toCsv().lines().toList();
            assertEquals("epoch,loss,validation loss,learning rate", lines.get(0));
            assertEquals(3, lines.size());
            String[] cut = lines.get(2).split(",", -1);
            assertEquals(4, cut.length, lines.get(2));
            assertTrue(!cut[1].isEmpty() && cut[2].isEmpty() && !cut[3].isEmpty(), lines.get(2));
            assertPoint(
                    texts(page, "title"), "training, epoch 2", history.last().value("loss"));
            assertTrue(texts(page, "title").stream().noneMatch(t -> t.startsWith("validation, epoch 2")));
        }
    }

    @Test
    void numbersAreComparedWithPredictedOnes() throws Exception {
        float[] x = {1, 2, 3, 4};
        float[] y = {2, 4, 6, 9};
        Dataset data = Dataset.of(x, Shape.of(1), y, Shape.of(1));
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(1), Shape.of(1), device, 3)) {
            TrainingReport report = new TrainingReport("A line").test(data, List.of());
            Trainer.of(model, new MeanSquaredError(), new Adam(1e-9))
                    .withCallback(report)
                    .withCallback(Callback.everyEpoch((epoch, training) -> {
                        model.setParameter("weight", new float[] {2});
                        model.setParameter("bias", new float[] {0});
                    }))
                    .fit(data);
            Document page = parse(report.html().toHtml());
            List<String> cells = texts(page, "td");
            // errors 0, 0, 0 and 1; targets -3.25, -1.25, 0.75 and 3.75 from their mean
            assertTrue(cells.containsAll(List.of("0.5000", "0.2500", "0.9626")), cells.toString());
            assertPoint(texts(page, "title"), "examples, true 9", 8);
        }
    }

    @Test
    void thereIsNoReportBeforeTraining() {
        TrainingReport report = new TrainingReport("early");
        assertThrows(IllegalStateException.class, () -> report.write(folder.resolve("early.html")));
        assertFalse(Files.exists(folder.resolve("early.html")));
    }

    @Test
    void aHistoryIsPlotted() throws Exception {
        train((model, report, history) -> {
            Path file = folder.resolve("history.png");
            history.plot(file);
            var image = ImageIO.read(file.toFile());
            assertEquals(900, image.getWidth());
            assertEquals(2 * 420, image.getHeight()); // loss, accuracy
            long blue = 0;
            for (int i = 0; i < image.getWidth() * image.getHeight(); i++) {
                blue += (image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xffffff) == 0x0072b2 ? 1 : 0;
            }
            assertTrue(blue > 200, "pixels of the training curves: " + blue);
        });
    }

    @Test
    void anEmptyHistoryIsNotPlotted() throws IOException {
        Path file = folder.resolve("none.png");
        assertThrows(IllegalStateException.class, () -> new History(List.of()).plot(file));
        assertFalse(Files.exists(file));
    }
}
