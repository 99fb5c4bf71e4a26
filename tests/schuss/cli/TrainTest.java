package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import schuss.Device;
import schuss.Model;
import schuss.Shape;
import schuss.cli.options.OptimizerName;
import schuss.cli.options.RateSchedule;
import schuss.data.files.Idx;
import schuss.io.Safetensors;
import schuss.layers.Dense;
import schuss.layers.Dropout;
import schuss.layers.Flatten;
import schuss.layers.Relu;
import schuss.layers.Sequential;

/** A small training run, and what can be done with the file that it saves. */
class TrainTest {
    private static final int WIDTH = IdxSamples.SIDE * IdxSamples.SIDE;

    @TempDir
    static Path folder;

    private static Path data;
    private static Path saved;
    private static CommandRun trained;

    @BeforeAll
    static void train() throws IOException {
        data = IdxSamples.write(folder.resolve("data"));
        saved = folder.resolve("a model.safetensors");
        trained = train(saved);
    }

    private static CommandRun train(Path save, String... more) {
        List<String> args = new ArrayList<>(List.of("train", data.toString(), "--hidden", "16,8", "--dropout", "0.1"));
        List<String> own = List.of(more);
        if (!own.contains("--epochs")) { // each option once
            args.addAll(List.of("--epochs", "12", "--learning-rate", "0.01"));
        }
        args.addAll(List.of("--batch-size", "16", "--save", save.toString()));
        args.addAll(own);
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void endsWithTheResultOnStandardOutput() {
        assertEquals(0, trained.code(), trained.err());
        assertEquals(1, trained.outLines().size(), trained.out());
        assertTrue(
                trained.out().matches("test accuracy (1\\.0000|0\\.9\\d{3}) \\(\\d errors in 50\\)\\R"), trained.out());
    }

    @Test
    void tellsOfEveryEpochOnStandardError() {
        List<String> lines = trained.err().lines().toList();
        assertEquals(12, lines.size(), trained.err());
        assertTrue(
                lines.get(0).matches("epoch 1/12: loss [0-9.]+, accuracy 0\\.\\d{4}, [0-9.]+ s, [0-9,]+ samples/s"),
                lines.get(0));
    }

    @Test
    void sameRunSavesTheSameBytes() throws IOException {
        Path again = folder.resolve("again.safetensors");
        assertEquals(trained.out(), train(again).out());
        assertEquals(-1, Files.mismatch(saved, again));
    }

    @Test
    void anotherSeedSavesOthers() throws IOException {
        Path other = folder.resolve("other.safetensors");
        train(other, "--seed", "7");
        assertTrue(Files.mismatch(saved, other) >= 0);
    }

    @ParameterizedTest
    @EnumSource(OptimizerName.class)
    void everyOptimizerTrains(OptimizerName method) {
        trains("--optimizer", method.name().toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @EnumSource(RateSchedule.class)
    void everyScheduleTrains(RateSchedule schedule) {
        trains("--schedule", schedule.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @Test
    void openBlasTrains() {
        trains("--provider", "openblas", "--max-norm", "3.9");
    }

    private static void trains(String... options) {
        List<String> args = new ArrayList<>(List.of("train", data.toString(), "--hidden", "8", "--epochs", "2"));
        args.addAll(List.of(options));
        CommandRun run = CommandRun.of(args.toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
    }

    /** What a schedule lowers and a norm limits, shows in the weights. */
    @Test
    void schedulesAndNormsReachTheWeights() throws IOException {
        Path other = folder.resolve("scheduled.safetensors");
        for (String[] option : List.of(
                new String[] {"--schedule", "cosine"},
                new String[] {"--augment", "flip,translate:0.1,rotate:15"},
                new String[] {"--max-norm", "0.1"})) {
            assertEquals(0, train(other, option).code());
            assertTrue(Files.mismatch(saved, other) >= 0, option[0]);
        }
        try (Safetensors file = Safetensors.read(other)) {
            float[] weights = file.floats("1.dense/weight"); // (16, 16)
            for (int unit = 0; unit < 16; unit++) {
                double squares = 0;
                for (int i = unit; i < weights.length; i += 16) {
                    squares += weights[i] * weights[i];
                }
                assertTrue(Math.sqrt(squares) < 0.1 + 1e-6, "norm: " + Math.sqrt(squares));
            }
        }
    }

    @Test
    void historyHasALinePerEpoch() throws IOException {
        Path history = folder.resolve("history.csv");
        assertEquals(
                0, train(folder.resolve("h"), "--history", history.toString()).code());
        List<String> lines = Files.readAllLines(history);
        assertEquals("epoch,loss,accuracy,learning rate", lines.get(0));
        assertEquals(13, lines.size());
        assertTrue(lines.get(12).startsWith("12,"), lines.get(12));
    }

    @Test
    void historyAsJsonHoldsTheSame() throws IOException {
        Path history = folder.resolve("history.json");
        assertEquals(
                0, train(folder.resolve("j"), "--history", history.toString()).code());
        JsonNode json = new ObjectMapper().readTree(history.toFile());
        assertEquals(12, json.get("epochs").size());
        assertEquals(12, json.at("/epochs/11/epoch").asInt());
        assertTrue(json.get("losses").size() >= 12, json.toString());
    }

    /** A rate that is far too high makes the first epochs the best. */
    @Test
    void earlyStoppingEndsAndKeepsTheBest() throws IOException {
        Path history = folder.resolve("stopped.csv");
        CommandRun run = train(
                folder.resolve("e"),
                "--epochs",
                "60",
                "--learning-rate",
                "0.3",
                "--early-stopping",
                "2",
                "--history",
                history.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(
                run.err().startsWith("--early-stopping: validates on ")
                        && run.err().contains("as with --validation-split 0.1"),
                run.err());
        List<String> lines = Files.readAllLines(history);
        assertEquals("epoch,loss,accuracy,validation loss,validation accuracy,learning rate", lines.get(0));
        double[] losses = lines.stream()
                .skip(1)
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[3]))
                .toArray();
        assertTrue(losses.length < 60, "epochs: " + losses.length);
        double best = Arrays.stream(losses).min().getAsDouble();
        assertEquals(best, losses[losses.length - 3]);
        CommandRun zero = train(folder.resolve("e"), "--early-stopping", "2", "--validation-split", "0");
        assertEquals(2, zero.code());
        assertTrue(zero.err().contains("--early-stopping: expected a --validation-split above 0, got 0"), zero.err());
    }

    @Test
    void eventFilesComeIntoANewFolder() throws IOException {
        Path events = folder.resolve("logs/first");
        assertEquals(
                0,
                train(folder.resolve("t"), "--tensorboard", events.toString()).code());
        try (Stream<Path> files = Files.list(events)) {
            assertEquals(1, files.count());
        }
        CommandRun run = train(
                folder.resolve("t"), "--tensorboard", saved.resolve("logs").toString());
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--tensorboard: "), run.err());
        assertTrue(run.err().contains("expected a folder, got the file " + saved), run.err());
    }

    @Test
    void evaluateAgrees() {
        assertEquals(
                trained.out(),
                CommandRun.of("evaluate", "--model", saved.toString(), data.toString())
                        .out());
    }

    @Test
    void predictAgreesWithJavaForEveryKindOfFile() throws IOException {
        Path images = data.resolve("t10k-images-idx3-ubyte");
        byte[] pixels = new byte[IdxSamples.TEST * WIDTH];
        Idx.read(images).data().get(pixels);
        float[][] expected = probabilities(pixels);
        assertRows(expected, predict(images));

        Path csv = folder.resolve("images.csv");
        Files.write(csv, rows(pixels));
        assertRows(expected, predict(csv));

        List<String> withNames = new ArrayList<>(rows(pixels));
        withNames.add(0, IntStream.range(0, WIDTH).mapToObj(i -> "pixel" + i).collect(Collectors.joining(",")));
        Files.write(csv, withNames);
        assertRows(expected, predict(csv));

        Path png = folder.resolve("image.png");
        BufferedImage image = new BufferedImage(IdxSamples.SIDE, IdxSamples.SIDE, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, IdxSamples.SIDE, IdxSamples.SIDE, Arrays.copyOf(pixels, WIDTH));
        ImageIO.write(image, "png", png.toFile());
        assertRows(new float[][] {expected[0], expected[0]}, predict(png, png));

        Path output = folder.resolve("predictions.csv");
        CommandRun run =
                CommandRun.of("predict", "--model", saved.toString(), images.toString(), "--output", output.toString());
        assertEquals("", run.out());
        assertEquals(predict(images), Files.readAllLines(output));
    }

    private static float[][] probabilities(byte[] pixels) throws IOException {
        float[] inputs = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            inputs[i] = Byte.toUnsignedInt(pixels[i]) / 255f;
        }
        // written by hand: what is saved can be loaded without the command line
        Sequential layers = Sequential.of(
                new Flatten(),
                new Dense(16),
                new Relu(),
                new Dropout(0.1),
                new Dense(8),
                new Relu(),
                new Dropout(0.1),
                new Dense(IdxSamples.SIDE));
        Shape shape = Shape.of(IdxSamples.SIDE, IdxSamples.SIDE, 1);
        try (Device device = Device.best();
                Model model = Model.load(saved, layers, shape, device)) {
            float[] all = model.predict(inputs);
            return IntStream.range(0, IdxSamples.TEST)
                    .mapToObj(i -> Arrays.copyOfRange(all, i * IdxSamples.SIDE, (i + 1) * IdxSamples.SIDE))
                    .toArray(float[][]::new);
        }
    }

    private static List<String> rows(byte[] pixels) {
        return IntStream.range(0, IdxSamples.TEST)
                .mapToObj(row -> IntStream.range(row * WIDTH, (row + 1) * WIDTH)
                        .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(pixels[i])))
                        .collect(Collectors.joining(",")))
                .toList();
    }

    private static List<String> predict(Path... inputs) {
        List<String> args = new ArrayList<>(List.of("predict", "--model", saved.toString()));
        Arrays.stream(inputs).map(Path::toString).forEach(args::add);
        CommandRun run = CommandRun.of(args.toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
        assertEquals("", run.err());
        return run.outLines();
    }

    private static void assertRows(float[][] expected, List<String> lines) {
        assertEquals("class,name,p0,p1,p2,p3", lines.get(0));
        assertEquals(expected.length, lines.size() - 1);
        for (int i = 0; i < expected.length; i++) {
            String[] fields = lines.get(i + 1).split(",");
            float[] got = new float[IdxSamples.SIDE];
            for (int c = 0; c < got.length; c++) {
                got[c] = Float.parseFloat(fields[2 + c]);
            }
            // a batch of another size may sum in another order
            assertArrayEquals(expected[i], got, 1e-6f);
            float most = expected[i][Integer.parseInt(fields[0])];
            for (float other : expected[i]) {
                assertTrue(most >= other - 1e-6f);
            }
            assertEquals(fields[0], fields[1]);
        }
    }

    @Test
    void pixelsThatLookScaledAreReported() throws IOException {
        Path csv = Files.writeString(folder.resolve("scaled.csv"), "0.5,".repeat(WIDTH - 1) + "1\n");
        CommandRun run = CommandRun.of("predict", "--model", saved.toString(), csv.toString());
        assertEquals(0, run.code());
        assertTrue(run.err().contains("no pixel is above 1"), run.err());
    }

    @Test
    void inspectShowsWhatIsInside() {
        CommandRun run = CommandRun.of("inspect", saved.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("\"hidden\":[16,8]"), run.out());
        assertTrue(run.out().contains("1.dense/weight"), run.out());
        assertTrue(run.outLines().stream().anyMatch(line -> line.matches("parameters +444")), run.out());
        assertTrue(run.outLines().stream().anyMatch(l -> l.matches("1\\.dense +Dense +\\(16\\) .*")), run.out());
    }

    @Test
    void doctorTellsWhatThereIs() {
        CommandRun run = CommandRun.of("doctor");
        assertEquals(0, run.code(), run.err());
        for (String start : List.of("java: ", "processor: ", "memory: ", "libraries: ", "cpu: ", "data cache: ")) {
            assertTrue(run.outLines().stream().anyMatch(line -> line.startsWith(start)), run.out());
        }
        assertTrue(
                run.outLines().stream()
                        .anyMatch(line -> line.matches(
                                "cuda: (available: .*, driver .*, CUDA .*, cuDNN .*|unavailable: .*\\. .*)")),
                run.out());
    }
}
