package schuss.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that are not what they should be end every command with code 2 and one line, and nothing is lost. */
class BadTablesTest {
    private static final byte[] EARLIER = "what was there".getBytes(StandardCharsets.US_ASCII);
    private static final int ROWS = 40;

    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void train() throws IOException {
        Path table = write("good.csv", good("\n"));
        model = folder.resolve("good.safetensors");
        CommandRun run = CommandRun.of("train", table.toString(), "--epochs", "1", "--save", model.toString());
        assertEquals(0, run.code(), run.err());
    }

    /** Rows of a number, a name and a class. */
    private static String good(String lineEnd) {
        StringBuilder text = new StringBuilder("size,colour,kind").append(lineEnd);
        for (int i = 0; i < ROWS; i++) {
            text.append(i)
                    .append(".5,")
                    .append(i % 3 == 0 ? "red" : "blue")
                    .append(i % 2 == 0 ? ",even" : ",odd")
                    .append(lineEnd);
        }
        return text.toString();
    }

    private static Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** Slashes end lines, and a backslash with a zero is a NUL. */
    private static Path lines(String text) throws IOException {
        return write("bad.csv", text.replace("\\0", "\0").replace('/', '\n') + "\n");
    }

    /** Training refuses it and leaves the model that was saved before. */
    private static void trainRefuses(Path table, String expected, String... options) throws IOException {
        Path save = Files.write(folder.resolve("earlier.safetensors"), EARLIER);
        String[] args = Stream.concat(Stream.of("train", table.toString()), Arrays.stream(options))
                .toArray(String[]::new);
        boolean folds = List.of(options).contains("--folds");
        refused(CommandRun.of(folds ? args : with(args, "--save", save.toString())), table, expected);
        assertArrayEquals(EARLIER, Files.readAllBytes(save));
    }

    private static String[] with(String[] args, String... more) {
        return Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new);
    }

    /** Prediction refuses it and leaves what was predicted before. */
    private static void predictRefuses(Path table, String expected) throws IOException {
        Path output = Files.write(folder.resolve("earlier.csv"), EARLIER);
        CommandRun run =
                CommandRun.of("predict", table.toString(), "--model", model.toString(), "--output", output.toString());
        refused(run, table, expected);
        assertArrayEquals(EARLIER, Files.readAllBytes(output));
    }

    private static void refused(CommandRun run, Path table, String expected) throws IOException {
        assertEquals(2, run.code(), run.out() + run.err());
        assertEquals("", run.out());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains(expected), run.err());
        assertTrue(run.err().contains(table.toString()), run.err());
        assertTrue(run.err().contains("expected") && run.err().contains(", got "), run.err());
        assertTrue(run.err().strip().chars().noneMatch(Character::isISOControl), run.err());
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")), "expected no temporary files");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x,y/1,a/2,b,c/3,a| line 3: expected 2 cells as in line 1, got 3",
                "x,y/1,a/2/3,a| line 3: expected 2 cells as in line 1, got 1",
                "x,y/1.5,a/2,b/x3,a/4,b| line 4, column x: expected a number as in 3 other cells, got x3",
                "x,y/1,a/2,b/3,| line 4, column y: expected one of a, b, got nothing",
                "x,y/1,1.5/2,2.5/3,/4,7.5| line 4, column y: expected a number, got nothing",
                "x,y/1,1.5/2,NaN/3,2.25/4,7.5| line 3, column y: expected a number, got NaN",
                "x,y/1,1.5/2,Infinity/3,2.25/4,7.5| line 3, column y: expected a number as in 3 other cells, got Infinity",
                "x,y/1,a/-Infinity,b/3,a/4,b| line 3, column x: expected a number as in 3 other cells, got -Infinity",
                "x,y/1,a/1e400,b/3,a/4,b| line 3, column x: expected a number as in 3 other cells, got 1e400",
                "x,y/1,a/2,a| column y: expected at least two classes, got only a",
                "x,y| expected rows below the names in line 1, got none",
                "x,y/1,/2,| column y: expected at least two classes, got none",
                "x,x,y/1,2,a/2,3,b| line 1: expected names that differ, got x twice",
                "x,y/1,a/2,\"b/3,a| expected CSV, got a file that breaks its format: Unclosed quoted field",
                "x,y/1,a/2,b\\0/3,a| line 3, cell 2: expected text in UTF-8",
                "x,y/1\\0,a/2,b/3,a| line 2, cell 1: expected text in UTF-8",
                "x,y/\"1,234\",a/\"2,345\",b/\"3,456\",a/7,b| line 2, column x: expected a number whose mark can be told, got 1,234",
                "x,y/1,\"1,501\"/2,\"2,502\"/3,\"2,503\"/4,\"4,504\"| line 2, column y: expected a number whose mark can be told, got 1,501",
                "x;y/1,5;2,5/2,5;1,0/1,2| line 4: expected 2 cells as in line 1, got 1",
            })
    void trainingRefuses(String text, String expected) throws IOException {
        trainRefuses(lines(text), expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,red,odd/2,blue,odd,3| line 2: expected 3 cells as in line 1, got 4",
                "1,red,odd/x,blue,odd| line 2, column size: expected a number, got x",
                "1,red,odd/1e400,blue,odd| line 2, column size: expected a number, got 1e400",
                "1,red,odd/Infinity,blue,odd| line 2, column size: expected a number, got Infinity",
                "1,red,odd/\"2,5\",blue,odd| line 2, column size: expected a number, got 2,5",
                "1,red,odd/2,green,odd| line 2, column colour: expected one of blue, red, got green",
                "1,red,odd/2,,odd| line 2, column colour: expected one of blue, red, got nothing",
                "1,red,odd/2,blue\\0,odd| line 2, column colour: expected one of blue, red, got blue\\u0000",
                "size,kind/1,odd| line 1: expected a column colour, got size, kind",
                "size,colour,kind| expected at least one row, got none",
                "1,red,odd/2,\"blue,odd| expected CSV, got a file that breaks its format: Unclosed quoted field",
            })
    void predictionRefuses(String text, String expected) throws IOException {
        predictRefuses(lines(text), expected);
    }

    @Test
    void emptyFiles() throws IOException {
        Path empty = write("empty.csv", "");
        trainRefuses(empty, "expected a table, got no line");
        predictRefuses(empty, "expected at least one row, got none");
    }

    @Test
    void lateBadLinesLeaveTheOutput() throws IOException {
        Path late = write("late.csv", "size,colour\n" + "1,red\n".repeat(3000) + "1,red,odd\n");
        predictRefuses(late, "line 3002: expected 2 cells as in line 1, got 3");
    }

    @Test
    void otherEncodings() throws IOException {
        Path latin = folder.resolve("latin.csv");
        Files.write(latin, "x,y\n1,K\u00F6ln\n2,Bonn\n3,K\u00F6ln\n4,Bonn\n".getBytes(StandardCharsets.ISO_8859_1));
        trainRefuses(latin, "line 2, cell 2: expected text in UTF-8");
        predictRefuses(latin, "line 2, cell 2: expected text in UTF-8");
        Path unmarked = folder.resolve("unmarked.csv");
        Files.write(unmarked, good("\n").getBytes(StandardCharsets.UTF_16LE));
        trainRefuses(unmarked, "line 1, cell 1: expected text in UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void byteOrderMarksTellTheEncoding(String encoding) throws IOException {
        Path path = folder.resolve("marked.csv");
        Files.write(path, ("\uFEFF" + good("\r\n")).getBytes(Charset.forName(encoding)));
        CommandRun run = CommandRun.of("evaluate", path.toString(), "--model", model.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().endsWith(" in " + ROWS + ")" + System.lineSeparator()), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lineEndsOfEverySystem(String end) throws IOException {
        Path path = write("ends.csv", good(end));
        CommandRun run = CommandRun.of("evaluate", path.toString(), "--model", model.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().endsWith(" in " + ROWS + ")" + System.lineSeparator()), run.out());
        predictRefuses(write("end.csv", "1,red" + end + "2,red,3,4"), "line 2: expected 2 cells as in line 1, got 4");
    }

    @Test
    void veryLongLines() throws IOException {
        String cell = "a".repeat(17 << 20);
        trainRefuses(
                write("long.csv", "x,y\n1," + cell + "\n2,b\n"), "expected CSV, got a file that breaks its format");
        predictRefuses(write("long.csv", "size,colour\n1," + cell + "\n"), "expected CSV");
        predictRefuses(
                write("longish.csv", "size,colour\n1," + cell.substring(0, 1 << 20) + "\n"),
                "line 2, column colour: expected one of blue, red, got aaaa");
        trainRefuses(
                write("wide.csv", "1,".repeat(1 << 16) + "2\n"), "expected CSV, got a file that breaks its format");
    }

    @Test
    void gzipThatEndsTooSoon() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(good("\n").getBytes(StandardCharsets.UTF_8));
        }
        Path cut = folder.resolve("cut.csv.gz");
        Files.write(cut, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 20));
        trainRefuses(cut, "expected a whole gzip file, got a file that breaks its format");
        trainRefuses(cut, "expected a whole gzip file", "--skip-lines", "100");
        predictRefuses(cut, "expected a whole gzip file, got a file that breaks its format");
    }

    @Test
    void placesThatAreNoTable() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("directory.csv"));
        trainRefuses(directory, "expected");
        predictRefuses(directory, "directory.csv: expected a readable file, got a folder");
        predictRefuses(folder.resolve("none.csv"), "none.csv: expected a readable file, got no such file");
    }

    @Test
    void filesThatMayNotBeRead() throws IOException {
        Path closed = write("closed.csv", good("\n"));
        assertTrue(closed.toFile().setReadable(false));
        assumeFalse(Files.isReadable(closed), "this user, root perhaps, reads what nobody may");
        trainRefuses(closed, "expected a readable file, got one without permission to read");
        predictRefuses(closed, "expected a readable file, got one without permission to read");
    }

    @Test
    void targetsThatAreNotThere() throws IOException {
        Path table = write("targets.csv", good("\n"));
        trainRefuses(
                table,
                "target: expected one of the columns size, colour, kind, 0 to 2 or last, got price",
                "--target",
                "price");
        CommandRun twice = CommandRun.of("train", table.toString(), "--target", "kind", "--target", "kind");
        assertEquals(2, twice.code());
        assertEquals(
                "schuss train: --target: expected once, got more", twice.err().strip());
    }

    @Test
    void tooFewRows() throws IOException {
        trainRefuses(
                lines("x,y/1,a/2,b"), "expected at least 3 rows, to train with some and validate on the others, got 2");
        trainRefuses(
                lines("x,y/1,1.5"), "expected at least 3 rows, to train with some and validate on the others, got 1");
        trainRefuses(
                lines("x,y/1,a/2,b/3,b"),
                "expected at least 5 rows, one for each of the --folds, got 3",
                "--folds",
                "5");
        Path three = lines("x,y/1,a/2,b/3,b");
        CommandRun run = CommandRun.of("train", three.toString(), "--epochs", "1");
        assertEquals(0, run.code(), run.err());
    }

    @Test
    void aClassOfOneRowMayBeInAFold() throws IOException {
        Path table = write("rare.csv", good("\n") + "7,red,rare\n");
        CommandRun run = CommandRun.of("train", table.toString(), "--folds", "5", "--epochs", "1");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains(" in " + (ROWS + 1) + "), 5 folds"), run.out());
    }

    @Test
    void emptyColumnsMustStayEmpty() throws IOException {
        Path table = write("hollow.csv", good("\n").replace(".5,", ".5,,").replace("size,", "size,nothing,"));
        Path save = folder.resolve("hollow.safetensors");
        CommandRun run = CommandRun.of("train", table.toString(), "--epochs", "1", "--save", save.toString());
        assertEquals(0, run.code(), run.err());
        CommandRun predicted = CommandRun.of("predict", table.toString(), "--model", save.toString());
        assertEquals(ROWS + 1, predicted.outLines().size(), predicted.err());
        assertFalse(predicted.out().contains("NaN"), predicted.out());
        Path filled = write("filled.csv", "1.5,7,red\n");
        CommandRun refused = CommandRun.of("predict", filled.toString(), "--model", save.toString());
        refused(
                refused,
                filled,
                "line 1, column nothing: expected nothing, as in all rows that were trained on, got 7");
    }
}
