package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schuss.Answer;
import schuss.Device;
import schuss.TableModel;

/** Training on a table and using what was saved on raw files. */
class TableCommandsTest {
    private static final int ROWS = 120;

    @TempDir
    static Path folder;

    private static Path points;
    private static Path prices;
    private static Path model;
    private static CommandRun trained;

    @BeforeAll
    static void train() throws IOException {
        points = write("points.csv", "size,colour,kind", 1);
        prices = write("prices.csv", "size,colour,price", 0);
        model = folder.resolve("points.safetensors");
        trained = run("train", points, "--save", model);
    }

    /** Kinds differ by size and colour; a price is 1000 + 50 * size, and 200 more for red. */
    private static Path write(String name, String header, int kinds) throws IOException {
        Random random = new Random(5);
        List<String> lines = new ArrayList<>(List.of(header));
        for (int i = 0; i < ROWS; i++) {
            boolean red = i % 3 == 0;
            double size = (i % 2 == 0 ? 200 : 100) + 10 * random.nextGaussian();
            String target = kinds == 1
                    ? (i % 2 == 0 ? "large" : "small") + (red ? " red" : "")
                    : Double.toString(1000 + 50 * size + (red ? 200 : 0));
            String shown = i % 20 == 1 ? "NA" : String.format(Locale.ROOT, "%.3f", size);
            lines.add((kinds == 1 && i % 20 == 1 ? size : shown) + "," + (red ? "red" : "blue") + "," + target);
        }
        return Files.write(folder.resolve(name), lines);
    }

    private static CommandRun run(Object... words) {
        List<String> args = new ArrayList<>();
        for (Object word : words) {
            args.add(word.toString());
        }
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void endsWithTheResult() {
        assertEquals(0, trained.code(), trained.err());
        assertEquals(
                "validation accuracy 1.0000 (0 errors in 24)", trained.out().strip());
    }

    /** A fold whose last batch has one example is told before the first fold is trained, with what would do. */
    @Test
    void foldsThatBatchNormRefusesAreToldFirst() throws IOException {
        List<String> lines = new ArrayList<>(List.of("a,b,y"));
        Random random = new Random(3);
        for (int i = 0; i < 161; i++) { // folds train with 128 or 129
            double a = random.nextDouble();
            lines.add(a + "," + random.nextDouble() + "," + (a > 0.5 ? "p" : "q"));
        }
        Path file = Files.write(folder.resolve("folds.csv"), lines);
        CommandRun refused = run("train", file, "--batch-norm", "--folds", 5, "--batch-size", 128);
        assertEquals(2, refused.code(), refused.err());
        assertTrue(refused.err().contains("the batch size 126 leaves none alone"), refused.err());
        assertTrue(!refused.err().contains("epoch 1"), refused.err());
        CommandRun trained = run("train", file, "--batch-norm", "--folds", 5, "--batch-size", 126, "--epochs", 2);
        assertEquals(0, trained.code(), trained.err());
        CommandRun small = run("train", file, "--batch-norm", "--folds", 4, "--batch-size", 40, "--epochs", 1);
        assertEquals(2, small.code(), small.err()); // 121 leaves 1
        CommandRun plain = run("train", file, "--folds", 5, "--batch-size", 128, "--epochs", 1);
        assertEquals(0, plain.code(), plain.err());
    }

    /** What differs between a run and the checkpoint that it is to go on from is a setting: it is named. */
    @Test
    void resumingWithOtherSettingsNamesThem() {
        Path checkpoints = folder.resolve("checkpoints");
        CommandRun first = run("train", points, "--checkpoint", checkpoints, "--epochs", 3);
        assertEquals(0, first.code(), first.err());
        CommandRun seed = run("train", points, "--checkpoint", checkpoints, "--resume", "--epochs", 3, "--seed", 9);
        assertTrue(seed.err().contains("seed 9, got 42"), seed.err());
        CommandRun batch =
                run("train", points, "--checkpoint", checkpoints, "--resume", "--epochs", 3, "--batch-size", 9);
        assertTrue(batch.err().contains("batch size 9, got "), batch.err());
        CommandRun both = run("train", points, "--checkpoint", checkpoints, "--resume", "--epochs", 2, "--seed", 9);
        assertTrue(both.err().contains("epochs 2, seed 9, got epochs 3, seed 42"), both.err());
        for (CommandRun refused : List.of(seed, batch, both)) {
            assertEquals(2, refused.code(), refused.err());
            assertTrue(!refused.err().contains("SHA"), refused.err());
        }
    }

    @Test
    void theSameRunSavesTheSameBytes() throws IOException {
        Path again = folder.resolve("again.safetensors");
        run("train", points, "--save", again);
        assertEquals(-1, Files.mismatch(model, again));
        run("train", points, "--save", again, "--seed", 7);
        assertTrue(Files.mismatch(model, again) >= 0);
    }

    @Test
    void foldsCountEveryRow() {
        CommandRun run = run("train", points, "--folds", 3, "--epochs", 30);
        assertTrue(
                run.out()
                        .matches("validation accuracy 0\\.9\\d{3} \\(\\d errors in 120\\), 3 folds\\R"
                                + "|validation accuracy 1\\.0000 \\(0 errors in 120\\), 3 folds\\R"),
                run.out() + run.err());
    }

    @Test
    void evaluateAndPredictTakeRawFiles() throws IOException {
        assertEquals(
                "test accuracy 1.0000 (0 errors in 120)",
                run("evaluate", points, "--model", model).out().strip());
        Path raw = Files.writeString(folder.resolve("raw.csv"), "size,colour\n210,red\n95,blue\n");
        List<String> lines = run("predict", raw, "--model", model).outLines();
        assertEquals("class,name,p0,p1,p2,p3", lines.get(0));
        assertTrue(lines.get(1).startsWith("1,large red,"), lines.get(1));
        assertTrue(lines.get(2).startsWith("2,small,"), lines.get(2));
        CommandRun inspected = run("inspect", model);
        assertTrue(inspected.out().contains("schuss.table = "), inspected.out());
    }

    /** What the command line trains answers in Java, row by row, and is the same file when saved there. */
    @Test
    void javaTakesTheSameFiles() throws IOException {
        Path numbers = folder.resolve("numbers.safetensors");
        run("train", prices, "--epochs", 3, "--save", numbers);
        Path red = Files.writeString(folder.resolve("red.csv"), "size,colour\n210,red\n");
        Path blue = Files.writeString(folder.resolve("blue.csv"), "size,colour\n,blue\n");
        for (Path saved : List.of(model, numbers)) {
            Path again = folder.resolve("again.safetensors");
            try (Device device = Device.cpu();
                    TableModel loaded = TableModel.load(saved, device)) {
                Map<String, Object> first = Map.of("size", 210, "colour", "red");
                Map<String, Object> second = new HashMap<>();
                second.put("size", null);
                second.put("colour", "blue");
                assertEquals(run("predict", red, "--model", saved).outLines().get(1), line(loaded.predict(first)));
                assertEquals(run("predict", blue, "--model", saved).outLines().get(1), line(loaded.predict(second)));
                loaded.save(again);
            }
            assertEquals(-1, Files.mismatch(saved, again));
        }
    }

    private static String line(Answer answer) {
        String start = answer.probabilities().isEmpty() ? "" : (int) answer.number() + ",";
        StringBuilder line = new StringBuilder(start + answer.name());
        answer.probabilities().values().forEach(p -> line.append(',').append(p.floatValue()));
        return line.toString();
    }

    @Test
    void numbersArePredictedInTheirUnit() throws IOException {
        Path saved = folder.resolve("prices.safetensors");
        CommandRun run = run("train", prices, "--save", saved);
        assertTrue(
                run.out().matches("validation rmse \\d+\\.\\d{4} \\(r2 0\\.\\d{3}, 24 rows\\)\\R"),
                run.out() + run.err());
        Path raw = Files.writeString(folder.resolve("sizes.csv"), "200,red\n100,blue\n");
        List<String> lines = run("predict", raw, "--model", saved).outLines();
        assertEquals("prediction", lines.get(0));
        assertEquals(11_200, Double.parseDouble(lines.get(1)), 600);
        assertEquals(6000, Double.parseDouble(lines.get(2)), 600);
        CommandRun evaluated = run("evaluate", prices, "--model", saved);
        assertTrue(evaluated.out().matches("test rmse .* \\(r2 0\\.9\\d{2}, 120 rows\\)\\R"), evaluated.out());
    }

    @Test
    void theResultMayBeJson() throws IOException {
        JsonNode result = json(run("train", points, "--epochs", 30, "--json"));
        assertEquals(
                List.of("data", "model", "epochs", "seconds", "set", "accuracy", "errors", "examples"), names(result));
        assertEquals(points.toString(), result.get("data").asText());
        assertEquals("mlp", result.get("model").asText());
        assertEquals(30, result.get("epochs").asInt());
        assertTrue(result.get("seconds").asDouble() > 0, result.toString());
        assertEquals("validation", result.get("set").asText());
        assertEquals(24, result.get("examples").asInt());
        assertEquals(
                1 - result.get("errors").asInt() / 24.0, result.get("accuracy").asDouble(), 1e-12);
        JsonNode evaluated = json(run("evaluate", points, "--model", model, "--json"));
        assertEquals(List.of("data", "model", "seconds", "set", "accuracy", "errors", "examples"), names(evaluated));
        assertEquals(model.toString(), evaluated.get("model").asText());
        assertEquals("test", evaluated.get("set").asText());
        assertEquals(1, evaluated.get("accuracy").asDouble());
        assertEquals(ROWS, evaluated.get("examples").asInt());
    }

    @Test
    void theResultOfFoldsAndOfRegressionMayBeJson() throws IOException {
        JsonNode result = json(run("train", prices, "--folds", 2, "--epochs", 2, "--json"));
        assertEquals(
                List.of("data", "model", "epochs", "folds", "seconds", "set", "rmse", "r2", "examples"), names(result));
        assertEquals(2, result.get("folds").asInt());
        assertEquals(2, result.get("epochs").asInt());
        assertEquals(ROWS, result.get("examples").asInt());
        assertTrue(result.get("rmse").asDouble() > 0, result.toString());
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertEquals(0, run.code(), run.err());
        assertEquals(1, run.outLines().size(), run.out());
        return new ObjectMapper().readTree(run.out());
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void theErrorIsThatOfThePredictions() throws IOException {
        Path saved = folder.resolve("few.safetensors");
        run("train", prices, "--epochs", 3, "--save", saved);
        List<String> rows = Files.readAllLines(prices);
        List<String> predicted = run("predict", prices, "--model", saved).outLines();
        double sum = 0;
        for (int i = 1; i <= ROWS; i++) {
            String row = rows.get(i);
            double price = Double.parseDouble(row.substring(row.lastIndexOf(',') + 1));
            sum += Math.pow(Double.parseDouble(predicted.get(i)) - price, 2);
        }
        double rmse = Math.sqrt(sum / ROWS);
        JsonNode evaluated = json(run("evaluate", prices, "--model", saved, "--json"));
        assertEquals(rmse, evaluated.get("rmse").asDouble(), 1e-3 * rmse);
        assertTrue(rmse > 10, "in the unit of the prices, some thousands: " + rmse);
    }

    @Test
    void targetsThatAreAllTheSame() throws IOException {
        Path same = Files.writeString(folder.resolve("same.csv"), "x,y\n" + "1,2.5\n2,2.5\n3,2.5\n4,2.5\n".repeat(10));
        Path saved = folder.resolve("same.safetensors");
        CommandRun run = run("train", same, "--save", saved);
        assertTrue(run.out().matches("validation rmse 0\\.00\\d{2} \\(r2 NaN, 8 rows\\)\\R"), run.out() + run.err());
        JsonNode evaluated = json(run("evaluate", same, "--model", saved, "--json"));
        assertTrue(evaluated.get("r2").isNull(), evaluated.toString());
        assertEquals(
                2.5,
                Double.parseDouble(
                        run("predict", same, "--model", saved).outLines().get(1)),
                1e-2);
    }

    @Test
    void predictionsOfManyRowsAndFiles() throws IOException {
        StringBuilder text = new StringBuilder("size,colour\n");
        for (int i = 0; i < 2500; i++) {
            text.append(i % 2 == 0 ? "210,blue\n" : "95,blue\n");
        }
        Path many = Files.writeString(folder.resolve("many.csv"), text.toString());
        Path output = folder.resolve("answers.csv");
        CommandRun run = run("predict", many, many, "--model", model, "--output", output);
        assertEquals(0, run.code(), run.err());
        List<String> lines = Files.readAllLines(output);
        assertEquals(1 + 2 * 2500, lines.size());
        for (int i = 1; i < lines.size(); i++) {
            assertTrue(lines.get(i).startsWith(i % 2 == 1 ? "0,large," : "2,small,"), i + ": " + lines.get(i));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train POINTS --model lenet| expected mlp with a table",
                "train POINTS --target weight| target: expected one of the columns size, colour, kind",
                "train POINTS --task regression| line 2, column kind: expected a number, got large red",
                "train POINTS --skip-lines -1| --skip-lines: expected a whole number of at least 0, got -1",
                "train POINTS --folds 1| --folds: expected a whole number of 2 to 100, got 1",
                "train POINTS --folds 3 --save x| --save: expected only without --folds",
                "train POINTS --augment flip| --augment: expected only with images, got the table",
                "train POINTS --header maybe| --header: expected one of auto, yes, none, got maybe",
                "evaluate PRICES --model MODEL| expected a column kind, got size, colour, price",
                "predict PRICES --model MODEL --skip-lines 500| expected more than the 500 lines to skip",
            })
    void badInputIsOneLine(String command, String expected) {
        List<String> words = new ArrayList<>();
        for (String word : command.split(" ")) {
            words.add(word.replace("POINTS", points.toString())
                    .replace("PRICES", prices.toString())
                    .replace("MODEL", model.toString()));
        }
        CommandRun run = CommandRun.of(words.toArray(String[]::new));
        assertEquals(2, run.code(), run.out() + run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(expected), run.err());
    }
}
