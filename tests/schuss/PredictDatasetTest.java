package schuss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.Fields;
import schuss.data.image.ImageOptions;
import schuss.data.image.ImageOptions.Background;
import schuss.evaluation.ClassificationReport;
import schuss.layers.Dense;
import schuss.layers.Embedding;
import schuss.layers.Flatten;
import schuss.layers.Layer;
import schuss.layers.Network;
import schuss.layers.Sequential;
import schuss.losses.OutputActivation;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.optim.Adam;
import schuss.train.Trainer;

/** Predictions of whole data sets, and what their classes are called. */
@Tag("device")
class PredictDatasetTest {
    private static final Shape IMAGE = Shape.of(3, 2, 1);
    private static final Layer NOTHING = (scope, x) -> x;
    private static final List<String> NAMES = List.of("cat", "dog", "eel");

    @TempDir
    Path folder;

    private static float[] numbers(int count) {
        Random random = new Random(4);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 600})
    void numbersAreThoseOfArrays(int count) {
        float[] x = numbers(4 * count);
        try (Device device = TestDevice.open();
                Model model = Model.create(Sequential.of(new Dense(9), new Dense(3)), Shape.of(4), device, 1)) {
            Dataset data = Dataset.of(x, Shape.of(4), new int[count], 3);
            assertArrayEquals(model.predict(x), model.predict(data));
            float[] wide = new float[12 * count]; // whatever the targets are
            assertArrayEquals(model.predict(x), model.predict(Dataset.of(x, Shape.of(4), wide, Shape.of(12))));
        }
    }

    @Test
    void viewsKeepTheirOrder() {
        float[] x = numbers(4 * 300);
        try (Device device = TestDevice.open();
                Model model = Model.create(NOTHING, Shape.of(4), device, 1)) {
            Dataset data = Dataset.of(x, Shape.of(4), new int[300], 1);
            assertArrayEquals(x, model.predict(data));
            float[] some = model.predict(data.subset(new int[] {299, 3, 3}));
            for (int i = 0; i < 4; i++) {
                assertEquals(x[4 * 299 + i], some[i]);
                assertEquals(x[4 * 3 + i], some[4 + i]);
                assertEquals(x[4 * 3 + i], some[8 + i]);
            }
        }
    }

    @Test
    void bytesArePixels() {
        byte[] pixels = new byte[6 * 300];
        new Random(1).nextBytes(pixels);
        float[] seen = new float[pixels.length];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = Byte.toUnsignedInt(pixels[i]) / 255f;
        }
        Dataset data = Dataset.of(pixels, IMAGE, new int[300], 2);
        try (Device device = TestDevice.open();
                Model model = Model.create(Sequential.of(new Flatten(), new Dense(2)), IMAGE, device, 1);
                Model bytes =
                        Model.create((scope, x) -> x.cast(DType.F32), new Spec("image", DType.U8, IMAGE), device, 1)) {
            assertArrayEquals(model.predict(seen), model.predict(data));
            float[] raw = bytes.predict(data); // which asks for bytes and gets them as they are
            for (int i = 0; i < raw.length; i++) {
                assertEquals(Byte.toUnsignedInt(pixels[i]), raw[i]);
            }
            assertThrows(IllegalArgumentException.class, () -> bytes.predict(Dataset.of(seen, IMAGE, new int[300], 2)));
        }
    }

    @Test
    void indicesToo() {
        int[] words = new int[3 * 500];
        for (int i = 0; i < words.length; i++) {
            words[i] = i * 7 % 5;
        }
        try (Device device = TestDevice.open();
                Model model = Model.create(
                        Sequential.of(new Embedding(5, 4), new Flatten(), new Dense(2)),
                        new Spec("words", DType.I32, Shape.of(3)),
                        device,
                        1)) {
            assertArrayEquals(model.predict(words), model.predict(Dataset.of(words, Shape.of(3), new int[500], 2)));
            words[3 * 400] = 5;
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> model.predict(Dataset.of(words, Shape.of(3), new int[500], 2)))
                    .getMessage();
            assertTrue(message.contains("index 5 of example 400"), message);
        }
    }

    @Test
    void fieldsMeetInputsByName() {
        float[] a = numbers(2 * 300);
        float[] b = numbers(3 * 300);
        Network network = (scope, x) ->
                Map.of("sum", x.get("a").sum(1).add(x.get("b").sum(1).mul(10)));
        List<Spec> inputs = List.of(new Spec("a", DType.F32, Shape.of(2)), new Spec("b", DType.F32, Shape.of(3)));
        try (Device device = TestDevice.open();
                Model model = Model.create(network, inputs, device, 1)) {
            Dataset first = Dataset.of(a, Shape.of(2), new int[300], 1);
            Dataset second = Dataset.of(b, Shape.of(3), new int[300], 1);
            float[] sums = model.predict(new Fields()
                    .input("b", second)
                    .input("a", first)
                    .target("t", first)
                    .dataset());
            for (int i = 0; i < 300; i++) {
                double expected = a[2 * i] + a[2 * i + 1] + 10 * (b[3 * i] + b[3 * i + 1] + b[3 * i + 2]);
                assertEquals(expected, sums[i], 1e-4);
            }
            assertThrows(IllegalArgumentException.class, () -> model.predict(first));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(2), Shape.of(4), device, 1)) {
            String message = assertThrows(
                            IllegalArgumentException.class,
                            () -> model.predict(Dataset.of(new float[10], Shape.of(5), new int[2], 1)))
                    .getMessage();
            assertEquals("data: expected examples of (4) as the model's input, got (5)", message);
            Dataset broken =
                    Dataset.of(new float[40], Shape.of(4), new int[10], 1).map(Shape.of(4), x -> new float[3]);
            assertThrows(DataException.class, () -> model.predict(broken));
            assertEquals(20, model.predict(Dataset.of(new float[40], Shape.of(4), new int[10], 1)).length);
        }
    }

    @Test
    void answersNameTheBest() {
        float[] scores = {0.2f, 0.4f, 0.4f, 0.5f, 0.25f, 0.25f};
        Dataset data = Dataset.of(scores, Shape.of(3), new int[] {1, 0}, 3);
        try (Device device = TestDevice.open();
                Model model = Model.create(NOTHING, Shape.of(3), device, 1)) {
            List<Answer> answers = Answer.of(model, data.withClassNames(NAMES));
            assertEquals(
                    List.of("dog", "cat"), answers.stream().map(Answer::name).toList());
            assertEquals(
                    List.of("dog", "eel", "cat"),
                    answers.get(0).top(3).stream().map(Answer.Choice::name).toList());
            assertEquals(
                    List.of(new Answer.Choice("cat", 0.5), new Answer.Choice("dog", 0.25)),
                    answers.get(1).top(2));
            assertEquals(3, answers.get(1).top(9).size());
            assertEquals(
                    List.of("1", "2"),
                    Answer.of(model, data).get(0).top(2).stream()
                            .map(Answer.Choice::name)
                            .toList());
            assertThrows(IllegalArgumentException.class, () -> answers.get(0).top(0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Answer.of(model, Dataset.of(scores, Shape.of(3), new float[2], Shape.of(1))));
            assertThrows(IllegalArgumentException.class, () -> Answer.of(List.of("a", "a"), 1, 2));
            assertThrows(IllegalArgumentException.class, () -> Answer.of(List.of("a"), 1, 2));
            assertEquals(
                    new Answer.Choice("eel", 3),
                    Answer.of(NAMES, 1, 2, 3).top(1).get(0));
        }
    }

    @Test
    void oneOutputSaysNoOrYesOrANumber() {
        Dataset data = Dataset.of(new float[] {0.25f, 0.75f}, Shape.of(1), new float[] {0, 1}, Shape.of(1));
        try (Device device = TestDevice.open();
                Model model = Model.create(NOTHING, Shape.of(1), device, 1)) {
            List<Answer> named = Answer.of(model, data.withClassNames(List.of("no", "yes")));
            assertEquals(
                    List.of(new Answer.Choice("no", 0.75), new Answer.Choice("yes", 0.25)),
                    named.get(0).top(2));
            assertEquals("yes", named.get(1).name());
            Answer number = Answer.of(model, data).get(1);
            assertEquals(0.75, number.number());
            assertThrows(IllegalStateException.class, () -> number.top(1));
            ClassificationReport report = ClassificationReport.of(model, data.withClassNames(List.of("no", "yes")));
            assertEquals(List.of("no", "yes"), report.names());
        }
    }

    /** The file's names are the model's; data that has them in another order means other classes by its labels. */
    @Test
    void aModelsFileKnowsItsClasses() throws IOException {
        Path file = folder.resolve("model.safetensors");
        Dataset data = Dataset.of(numbers(6 * 30), IMAGE, new int[30], 3);
        try (Device device = TestDevice.open()) {
            try (Model model = Model.create(Sequential.of(new Flatten(), new Dense(3)), IMAGE, device, 1)) {
                model.setPrediction(OutputActivation.SOFTMAX);
                ImageModel.of(
                                model,
                                ImageOptions.DEFAULT
                                        .withShape(IMAGE)
                                        .withClassNames(NAMES)
                                        .withBackground(Background.WHITE))
                        .save(file);
            }
            try (Model model = Model.load(file, device);
                    ImageModel images = ImageModel.load(file, device)) {
                List<Answer> answers = Answer.of(model, data);
                assertTrue(NAMES.containsAll(answers.get(0).probabilities().keySet()));
                assertEquals(answers, images.predict(data));
                assertEquals(NAMES, ClassificationReport.of(model, data).names());
                String message = assertThrows(
                                IllegalArgumentException.class,
                                () -> ClassificationReport.of(model, data.withClassNames(List.of("dog", "cat", "eel"))))
                        .getMessage();
                assertEquals("data: expected classes [cat, dog, eel] as the model's, got [dog, cat, eel]", message);
                List<String> others = List.of("oak", "elm", "fir"); // that it has been trained on since
                assertEquals(
                        others,
                        ClassificationReport.of(model, data.withClassNames(others))
                                .names());
            }
        }
    }

    @Test
    void reportsTellNames() {
        float[] x = numbers(4 * 90);
        int[] labels = new int[90];
        for (int i = 0; i < 90; i++) {
            labels[i] = x[4 * i] > 0.4 ? 2 : x[4 * i] > -0.4 ? 1 : 0;
        }
        Dataset data = Dataset.of(x, Shape.of(4), labels, 3);
        try (Device device = TestDevice.open();
                Model model = Model.create(new Dense(3), Shape.of(4), device, 1)) {
            Trainer.of(model, new SoftmaxCrossEntropy(), new Adam(0.01)).fit(data);
            ClassificationReport report = ClassificationReport.of(
                    model, data.withClassNames(NAMES).shuffle(1).take(80));
            List<String> lines = report.toString().lines().toList();
            for (int i = 0; i < 3; i++) {
                assertTrue(lines.get(1 + i).startsWith(NAMES.get(i) + " "), report.toString());
            }
            assertTrue(ClassificationReport.of(model, data)
                    .toString()
                    .lines()
                    .toList()
                    .get(2)
                    .startsWith("1 "));
        }
    }
}
