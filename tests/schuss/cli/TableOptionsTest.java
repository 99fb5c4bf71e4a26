package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options that say how a table is written: each read rightly where it is given, and refused where it is wrong. */
class TableOptionsTest {
    private static final int ROWS = 120;

    @TempDir
    Path folder;

    private Path table(String header, IntFunction<String> row) throws IOException {
        List<String> lines = new ArrayList<>(List.of(header));
        for (int i = 0; i < ROWS; i++) {
            lines.add(row.apply(i));
        }
        return Files.write(folder.resolve("table.csv"), lines);
    }

    private static CommandRun train(Path file, Object... options) {
        List<String> words = new ArrayList<>(List.of("train", file.toString(), "--epochs", "60"));
        Arrays.stream(options).map(Object::toString).forEach(words::add);
        return CommandRun.of(words.toArray(String[]::new));
    }

    private static void assertLearns(CommandRun run) {
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().matches("(?s)validation accuracy (0\\.9\\d+|1\\.0000) .*"), run.out() + run.err());
    }

    private static void assertRefused(CommandRun run, String... parts) {
        assertEquals(2, run.code(), run.out() + run.err());
        for (String part : parts) {
            assertTrue(run.err().contains(part), part + " in " + run.err());
        }
    }

    private static String kind(int i) {
        return i % 2 == 0 ? "p" : "q";
    }

    @Test
    void separator() throws IOException {
        // two marks in every line: which of them stands between cells?
        Path file = table("a|b;c|kind", i -> (i % 2) + "|" + i % 7 + ";" + i % 5 + "|" + kind(i));
        assertLearns(train(file, "--separator", "|", "--ignore", "1"));
        assertRefused(train(file, "--separator", "ab"), "--separator", "ab");
        assertRefused(train(file, "--separator", ";", "--target", "kind"), "kind");
    }

    @Test
    void separatorsThatHaveNames() throws IOException {
        Path tabs = table("a\tkind", i -> (i % 2) + "\t" + kind(i));
        assertLearns(train(tabs, "--separator", "tab"));
        Path blanks = table("a kind", i -> (i % 2) + " " + kind(i));
        assertLearns(train(blanks, "--separator", "blank"));
    }

    @Test
    void decimal() throws IOException {
        // three digits behind each mark: thousands, or fractions?
        Path file = table("a;kind", i -> (1 + i % 2) + "," + (500 + i % 9) + ";" + kind(i));
        assertLearns(train(file, "--decimal", ","));
        assertLearns(train(file, "--decimal", "."));
        assertRefused(train(file, "--decimal", "x"), "--decimal", "x");
    }

    @Test
    void dates() throws IOException {
        Path file = table("day,kind", i -> String.format("2024-%02d-%02d,", i % 2 == 0 ? 2 : 9, 1 + i % 28) + kind(i));
        assertRefused(train(file), "day", "--date");
        assertLearns(train(file, "--date", "number"));
        assertLearns(train(file, "--date", "parts"));
        assertRefused(train(file, "--date", "sometimes"), "--date", "sometimes");
    }

    @Test
    void ignored() throws IOException {
        Path file = table("key,a,kind", i -> "key " + i * i + "," + (i % 2) + "," + kind(i));
        assertRefused(train(file), "key");
        assertLearns(train(file, "--ignore", "key"));
        assertLearns(train(file, "--ignore", "0"));
        assertRefused(train(file, "--ignore", "ky"), "ky");
    }

    @Test
    void missingTargets() throws IOException {
        Path file = table("a,kind", i -> (i % 2) + "," + (i % 10 == 3 ? "" : kind(i)));
        assertRefused(train(file), "--missing-target");
        assertLearns(train(file, "--missing-target", "skip"));
        assertRefused(train(file, "--missing-target", "guess"), "--missing-target", "guess");
    }

    @Test
    void unknownCategories() throws IOException {
        Path file = table("colour,a,kind", i -> (i % 2 == 0 ? "red" : "blue") + "," + i % 5 + "," + kind(i));
        Path rows = Files.writeString(folder.resolve("rows.csv"), "colour,a\nred,1\ngreen,2\n");
        for (String rule : List.of("refuse", "ignore", "other")) {
            Path model = folder.resolve(rule + ".safetensors");
            assertLearns(train(file, "--unknown", rule, "--save", model));
            CommandRun predicted = CommandRun.of("predict", rows.toString(), "--model", model.toString());
            if (rule.equals("refuse")) {
                assertRefused(predicted, "green", "--unknown");
            } else {
                assertEquals(0, predicted.code(), predicted.err());
                assertEquals(3, predicted.outLines().size(), predicted.out());
            }
            CommandRun asked =
                    CommandRun.of("predict", rows.toString(), "--model", model.toString(), "--unknown", "ignore");
            assertEquals(0, asked.code(), asked.err());
        }
        assertRefused(train(file, "--unknown", "maybe"), "--unknown", "maybe");
    }

    @Test
    void onlyWithTables() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (String[] option : new String[][] {
            {"--separator", ";"},
            {"--decimal", ","},
            {"--date", "parts"},
            {"--ignore", "a"},
            {"--missing-target", "skip"},
            {"--unknown", "other"}
        }) {
            CommandRun run = CommandRun.of("train", images.toString(), option[0], option[1]);
            assertEquals(2, run.code(), run.err());
        }
    }
}
