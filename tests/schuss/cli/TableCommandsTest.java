package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training on a table and using what was saved on raw files. */
class TableCommandsTest {
    private static final int ROWS = 120;

    @TempDir
    static Path folder;

    private static Path points;
    private static Path prices;
    private static Path model;
    private static Run trained;

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

    private static Run run(Object... words) {
        List<String> args = new ArrayList<>();
        for (Object word : words) {
            args.add(word.toString());
        }
        return Run.of(args.toArray(String[]::new));
    }

    @Test
    void endsWithTheResult() {
        assertEquals(0, trained.code(), trained.err());
        assertEquals(
                "validation accuracy 1.0000 (0 errors in 24)", trained.out().strip());
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
        Run run = run("train", points, "--folds", 3, "--epochs", 30);
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
        Run inspected = run("inspect", model);
        assertTrue(inspected.out().contains("0.rescale/offset"), inspected.out());
    }

    @Test
    void numbersArePredictedInTheirUnit() throws IOException {
        Path saved = folder.resolve("prices.safetensors");
        Run run = run("train", prices, "--save", saved);
        assertTrue(
                run.out().matches("validation rmse \\d+\\.\\d{4} \\(r2 0\\.\\d{3}, 24 rows\\)\\R"),
                run.out() + run.err());
        Path raw = Files.writeString(folder.resolve("sizes.csv"), "200,red\n100,blue\n");
        List<String> lines = run("predict", raw, "--model", saved).outLines();
        assertEquals("prediction", lines.get(0));
        assertEquals(11_200, Double.parseDouble(lines.get(1)), 600);
        assertEquals(6000, Double.parseDouble(lines.get(2)), 600);
        Run evaluated = run("evaluate", prices, "--model", saved);
        assertTrue(evaluated.out().matches("test rmse .* \\(r2 0\\.9\\d{2}, 120 rows\\)\\R"), evaluated.out());
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
                "train POINTS --header maybe| --header: expected one of auto, none, got maybe",
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
        Run run = Run.of(words.toArray(String[]::new));
        assertEquals(2, run.code(), run.out() + run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(expected), run.err());
    }
}
