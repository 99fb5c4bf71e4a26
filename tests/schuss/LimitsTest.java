package schuss;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import schuss.backend.OutOfMemoryException;
import schuss.data.Dataset;
import schuss.evaluation.ClassificationReport;
import schuss.io.Safetensors;
import schuss.layers.Dense;
import schuss.layers.Layer;
import schuss.layers.LayerException;
import schuss.layers.Relu;
import schuss.layers.Scope;
import schuss.layers.Sequential;
import schuss.losses.SoftmaxCrossEntropy;
import schuss.metrics.ConfusionMatrix;
import schuss.ops.Value;
import schuss.optim.Sgd;
import schuss.report.HtmlReport;
import schuss.report.ModelSummary;
import schuss.train.Trainer;

/** What would end the process, or take its memory or hours, is refused in words. */
class LimitsTest {
    @TempDir
    Path root;

    private static void refused(Class<? extends Exception> kind, String words, Executable bad) {
        String message = assertThrows(kind, bad).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void threadsAreBounded() {
        for (int threads : new int[] {1025, 8000, 100_000, Integer.MAX_VALUE}) {
            refused(IllegalArgumentException.class, "expected 1 to 1024 threads", () -> Device.cpu(threads));
            refused(
                    IllegalArgumentException.class,
                    "expected 1 to 1024 threads",
                    () -> Device.cpu(threads, CpuOptions.Provider.OPENBLAS));
            refused(
                    IllegalArgumentException.class,
                    "expected 1 to 1024 threads",
                    () -> new CpuOptions(threads, CpuOptions.Provider.BEST));
        }
        refused(IllegalArgumentException.class, "expected 1 to 1024 threads, got 0", () -> Device.cpu(0));
        try (Device device = Device.reference();
                Model model = Model.create(new Dense(2), Shape.of(2), device, 1)) {
            Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), new Sgd(1));
            refused(
                    IllegalArgumentException.class,
                    "expected a number of workers from 0 to 1024",
                    () -> trainer.withWorkers(1_000_000));
        }
    }

    @Test
    void layersWithinLayersAreBounded() {
        Layer nested = new Dense(3);
        for (int i = 0; i < 100_000; i++) {
            nested = Sequential.of(nested);
        }
        Layer deep = nested;
        try (Device device = Device.reference()) {
            refused(LayerException.class, "up to 200 deep", () -> Model.create(deep, Shape.of(2), device, 1));
            refused(LayerException.class, "up to 200 deep", () -> Model.create(new Own(), Shape.of(2), device, 1));
        }
    }

    /** Applies itself: in a new instance, or it would share its name. */
    private record Own() implements Layer {
        @Override
        public Value forward(Scope scope, Value x) {
            return scope.apply("own", new Own(), x);
        }
    }

    @Test
    void moreMemoryThanThereIsIsRefused() {
        for (Device device : List.of(Device.reference(), Device.cpu(1))) {
            try (device) {
                refused(
                        OutOfMemoryException.class,
                        "memory: expected room for",
                        () -> Model.create(new Dense(1_000_000_000), Shape.of(2), device, 1));
                refused(
                        IllegalArgumentException.class,
                        "expected at most 2^48 elements",
                        () -> Model.create(new Dense(2_000_000_000), Shape.of(2_000_000_000), device, 1));
            }
        }
    }

    /** A pass that looked at all for each of them would take minutes. */
    @Test
    void manyLayersAndTensorsTakeTimeInProportion() throws IOException {
        int many = 4000;
        Layer layer = Sequential.of(IntStream.range(0, many)
                .mapToObj(i -> i % 2 == 0 ? new Dense(1) : new Relu())
                .toArray(Layer[]::new));
        long begin = System.nanoTime();
        try (Device device = Device.reference();
                Model model = Model.create(layer, Shape.of(1), device, 1)) {
            ModelSummary summary = model.summary();
            assertEquals(many, summary.rows().size());
            assertEquals(many, summary.parameters());
        }
        Map<String, Safetensors.Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < 100_000; i++) {
            entries.put("tensor " + i, Safetensors.Entry.of(Shape.of(), new float[] {i}));
        }
        Path file = root.resolve("many");
        Safetensors.write(file, entries, Map.of());
        try (Safetensors read = Safetensors.read(file)) {
            assertEquals(entries.keySet(), Set.copyOf(read.names()));
        }
        refused(
                FormatException.class,
                "expected parameters",
                () -> Model.load(file, new Dense(1), Shape.of(1), Device.reference()));
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertTrue(seconds < 60, seconds + " s"); // on a machine that does other things too
    }

    private static List<String> names(int classes) {
        return IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
    }

    @Test
    void aReportOfManyClassesShowsTheMostConfused() {
        int classes = 30_000; // a square of cells would be some gigabytes
        int[] labels = IntStream.range(0, classes).toArray();
        int[] taken = labels.clone();
        taken[12_345] = 29_999;
        ConfusionMatrix matrix = ConfusionMatrix.of(labels, taken, classes);
        Path file = root.resolve("report.html");
        assertDoesNotThrow(() -> {
            new HtmlReport("Many").confusion(matrix, names(classes)).write(file);
            String html = Files.readString(file);
            assertTrue(html.length() < 1_000_000, html.length() + " characters");
            assertTrue(html.contains("class 12345") && html.contains("class 29999"), "the confused");
            assertTrue(html.contains("These are the 40 of 30000 classes"), "what is left out");
        });
    }

    @Test
    void aTableOfManyClassesIsCutAndSaysSo() {
        int classes = 1500;
        int[] labels = IntStream.range(0, classes).toArray();
        double[][] scores = new double[classes][classes];
        for (int i = 0; i < classes; i++) {
            scores[i][i == 1400 ? 7 : i] = 1;
        }
        ClassificationReport report = ClassificationReport.of(labels, scores);
        List<String> lines = report.toString().lines().toList();
        assertTrue(lines.size() < 1010, lines.size() + " lines");
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("1400 ")), "the confused");
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("These are the 1000 of 1500 classes")), "left out");
        assertEquals(1499.0 / 1500, report.confusion().macroRecall(), 1e-12);
    }

    @Test
    void scoresThatAreTooManyAreNotKept() {
        int classes = 5000;
        int examples = 4000;
        int[] labels = IntStream.range(0, examples).toArray();
        float[] inputs = new float[examples];
        for (int i = 0; i < examples; i++) {
            inputs[i] = i;
        }
        try (Device device = Device.cpu(1);
                Model model = Model.create(new Dense(classes), Shape.of(1), device, 1)) {
            ClassificationReport report =
                    ClassificationReport.of(model, Dataset.of(inputs, Shape.of(1), labels, classes));
            assertEquals(examples, report.confusion().count());
            assertTrue(report.areas().stream().allMatch(area -> area.isNaN()));
            assertTrue(report.toString().contains("ROC areas are left out: they need 4000 x 5000 scores"));
        }
    }
}
