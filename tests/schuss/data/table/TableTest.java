package schuss.data.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schuss.DType;
import schuss.FormatException;
import schuss.Shape;
import schuss.Spec;
import schuss.data.DataException;
import schuss.data.Dataset;
import schuss.data.ExampleReader;

class TableTest {
    private static final float ROUNDING = 1e-6f;
    private static final String FLOWERS =
            "length,colour,kind\n1.5,red,rose\n,blue,tulip\n4.5,?,rose\n3,red,\"lily, white\"\n";

    @TempDir
    Path folder;

    private Path file(String text) {
        return WrittenTable.in(folder, text);
    }

    private Table read(String text) {
        return Table.read(file(text), TableOptions.DEFAULT);
    }

    @Test
    void itsTextSaysWhatIsToBeLearnt() {
        Table flowers = read(FLOWERS);
        assertEquals("4 rows; predicts which of 3 classes is \"kind\" from 2 other columns", flowers.toString());
        assertEquals("3 rows", flowers.split(0.75, 0.25).get(0).toString().split(";")[0]);
        Table numbers = read("x,price\n1,2.5\n2,3.25\n3,4.75\n");
        assertEquals("3 rows; predicts the number \"price\" from 1 other columns", numbers.toString());
    }

    /** The inputs of a row, unscaled. */
    private static float[] inputs(Table table, int index) {
        ExampleReader reader = new ExampleReader(table.dataset());
        reader.read(index);
        float[] inputs = reader.inputs().clone();
        int at = 0;
        TableSchema schema = table.schema();
        for (int i = 0; i < schema.columns().size(); i++) {
            TableColumn column = schema.columns().get(i);
            for (int j = 0; i != schema.target() && j < column.width(); j++) {
                inputs[at] = (float) (inputs[at] * column.deviations().get(j)
                        + column.means().get(j));
                at++;
            }
        }
        return inputs;
    }

    private static int[] labels(Dataset data) {
        int[] labels = new int[data.size()];
        ExampleReader reader = new ExampleReader(data);
        Arrays.setAll(labels, i -> {
            reader.read(i);
            return reader.label();
        });
        return labels;
    }

    private float[] onlyInputs(String text, TableSchema schema) {
        List<float[]> read = new ArrayList<>();
        Table.readInputs(file(text), schema, 0, 10, part -> read.add(inputs(part, 0)));
        return read.get(0);
    }

    @Test
    void readsNumbersNamesAndClasses() {
        Table table = read(FLOWERS);
        Dataset data = table.dataset();
        assertEquals(4, data.size());
        assertEquals(List.of("lily, white", "rose", "tulip"), table.schema().classNames());
        assertEquals(
                List.of("length", "colour=", "colour=blue", "colour=red"),
                table.schema().inputNames());
        assertEquals(new Spec("row", DType.F32, Shape.of(4)), data.input());
        assertArrayEquals(new float[] {1.5f, 0, 0, 1}, inputs(table, 0), ROUNDING);
        assertArrayEquals(new float[] {3, 0, 1, 0}, inputs(table, 1), ROUNDING, "the mean of 1.5, 4.5 and 3");
        assertArrayEquals(new float[] {4.5f, 1, 0, 0}, inputs(table, 2), ROUNDING, "missing is a category");
        assertArrayEquals(new int[] {1, 2, 1, 0}, labels(data));
    }

    @Test
    void readsGzipAndWindowsLinesAndByteOrderMarks() throws IOException {
        Path path = folder.resolve("table"); // what it is shows in its bytes, not in its name
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
            out.write(("\uFEFF" + FLOWERS.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(
                read(FLOWERS).schema(), Table.read(path, TableOptions.DEFAULT).schema());
    }

    @Test
    void fewWholeNumbersAreClassesAndOthersAreNot() {
        assertEquals(List.of("2", "10"), read("1,2\n2,10\n3,2\n").schema().classNames());
        assertFalse(read("1,2.5\n2,10\n3,2.5\n4,10\n").schema().classification());
        assertFalse(read("1,2\n2,10\n3,5\n4,7\n").schema().classification());
        Path path = file("1,2\n2,10\n3,2\n");
        Table numbers = Table.read(path, TableOptions.DEFAULT.withTask(TableOptions.Task.REGRESSION));
        assertEquals(
                new Spec("target", DType.F32, Shape.of(1)), numbers.dataset().target());
        Table first = Table.read(path, TableOptions.DEFAULT.withTarget("0").withTask(TableOptions.Task.CLASSIFICATION));
        assertEquals(List.of("1", "2", "3"), first.schema().classNames());
    }

    @Test
    void findsOutWhetherThereAreNames() {
        assertFalse(read("1,a\n2,b\n").schema().header());
        assertTrue(read("x,y\na,b\nc,d\n").schema().header());
        assertFalse(read("a,b\na,d\nc,b\n").schema().header(), "a cell of the first line comes again");
        assertEquals("0", read(",y\n1,b\n2,d\n").schema().columns().get(0).name());
        Table none = Table.read(file("x,y\na,b\n"), TableOptions.DEFAULT.withHeader(TableOptions.Header.NONE));
        assertEquals(2, none.size());
    }

    @Test
    void numbersMayBeNames() {
        Table table = Table.read(file("code,y\n10,a\n20,b\n10,b\n"), TableOptions.DEFAULT.withCategorical("code"));
        assertEquals(List.of("code=10", "code=20"), table.schema().inputNames());
    }

    @Test
    void skipsLines() {
        Table table = Table.read(file("3,1,a,b\n1,a\n2,b\n3,a\n"), TableOptions.DEFAULT.withSkipLines(1));
        assertEquals(3, table.size());
        String message = assertThrows(
                        DataException.class,
                        () -> Table.read(file("3,1,a,b\n1,a\n2,b,c\n"), TableOptions.DEFAULT.withSkipLines(1)))
                .getMessage();
        assertTrue(message.endsWith("table.csv, line 3: expected 2 cells as in line 2, got 3"), message);
    }

    @Test
    void partsAreFittedOnTheFirst() {
        StringBuilder text = new StringBuilder("x,y\n");
        for (int i = 0; i < 100; i++) {
            text.append(i % 10 == 0 ? "" : Integer.toString(i)).append(i % 2 == 0 ? ",even\n" : ",odd\n");
        }
        Table table = read(text.toString());
        List<Table> parts = table.shuffle(3).split(0.8, 0.2);
        assertEquals(80, parts.get(0).size());
        assertEquals(parts.get(0).schema(), parts.get(1).schema());
        double mean = mean(parts.get(0));
        assertTrue(mean != mean(table), "mean " + mean);
        assertEquals(20, counts(parts.get(1), mean), "numbers or the training mean");
        assertEquals(5, table.folds(5).size());
        assertEquals(20, table.folds(5).get(0).get(1).size());
    }

    private static double mean(Table table) {
        return table.schema().columns().get(0).means().get(0);
    }

    /** How many inputs are whole numbers as in the table, or the mean. */
    private static int counts(Table part, double mean) {
        int count = 0;
        for (int i = 0; i < part.size(); i++) {
            float x = inputs(part, i)[0];
            boolean whole = Math.abs(x - Math.rint(x)) < 1e-4;
            count += whole || Math.abs(x - mean) < 1e-4 ? 1 : 0;
        }
        return count;
    }

    @Test
    void theSchemaTravelsAsText() {
        TableSchema schema = read(FLOWERS).schema();
        TableSchema again = TableSchema.of(schema.toJson());
        assertEquals(schema, again);
        Path other = file("kind,extra,colour,length\nrose,7,blue,NA\n");
        Table table = Table.read(other, again, 0);
        assertArrayEquals(new float[] {3, 0, 1, 0}, inputs(table, 0), ROUNDING, "columns go by their names");
        assertArrayEquals(new int[] {1}, labels(table.dataset()));
        assertArrayEquals(new float[] {2, 0, 0, 1}, onlyInputs("2,red\n", again), ROUNDING);
        assertArrayEquals(new float[] {2, 0, 0, 1}, onlyInputs("2,red,oak\n", again), ROUNDING);
    }

    @Test
    void partsFollowEachOther() {
        TableSchema schema = read(FLOWERS).schema();
        List<Integer> sizes = new ArrayList<>();
        List<Float> lengths = new ArrayList<>();
        Path path = file("1,red,rose\n2,red,rose\n3,red,rose\n4,red,rose\n5,red,rose\n");
        Table.readParts(path, schema, 0, 2, part -> {
            sizes.add(part.size());
            for (int i = 0; i < part.size(); i++) {
                lengths.add((float) Math.rint(inputs(part, i)[0]));
            }
        });
        assertEquals(List.of(2, 2, 1), sizes);
        assertEquals(List.of(1f, 2f, 3f, 4f, 5f), lengths);
        Path bad = file("1,red,rose\n2,red,rose\n3,red,rose\nx,red,rose\n");
        sizes.clear();
        String message = assertThrows(
                        DataException.class, () -> Table.readParts(bad, schema, 0, 2, part -> sizes.add(part.size())))
                .getMessage();
        assertTrue(message.endsWith("line 4, column length: expected a number, got x"), message);
        assertEquals(List.of(2), sizes, "the parts before");
    }

    @Test
    void whatTheReceiverThrowsPassesThrough() {
        TableSchema schema = read(FLOWERS).schema();
        Path path = file("1,red,rose\n");
        UncheckedIOException full = new UncheckedIOException(new IOException("no space"));
        assertSame(
                full,
                assertThrows(
                        UncheckedIOException.class,
                        () -> Table.readInputs(path, schema, 0, 1, part -> {
                            throw full;
                        })));
    }

    @Test
    void numbersAreReadAsJavaReadsThem() {
        Random random = new Random(1);
        List<String> texts = new ArrayList<>(List.of(
                "0",
                "-0",
                "1.",
                ".5",
                "-.5",
                "16777217",
                "33554435",
                "0.1",
                "3.4028235",
                "999999999999999",
                "1e5",
                "0.000000000000001",
                "1.00000005960464",
                "123456789.123456",
                "+7",
                "1.1754944e-38"));
        for (int i = 0; i < 100_000; i++) {
            texts.add(BigDecimal.valueOf(random.nextLong() >> 14 + random.nextInt(50), random.nextInt(15))
                    .toPlainString());
        }
        for (String text : texts) {
            assertEquals(Double.parseDouble(text), Cell.number(text), text);
        }
        // exactly in the middle of two floats, and a digit more or less
        for (String text : List.of("8388608.5", "8388609.5", "8388609.50000001", "8388609.49999999", "16777219")) {
            assertEquals(Double.parseDouble(text), Cell.number(text), text);
        }
        for (String text : List.of("", "-", ".", "-.", "1.2.3", "--1", "1e", "1f", "NaN", "Infinity", "1e999")) {
            assertTrue(Double.isNaN(Cell.number(text)), text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| expected JSON",
                "null| got null",
                "{}| expected JSON",
                "{\"header\":true,\"separator\":\",\",\"target\":9,\"missingTargets\":\"SKIP\",\"unknown\":\"OTHER\",\"columns\":[]}| expected two columns or more",
            })
    void damagedSchemasAreRefused(String json, String expected) {
        String message =
                assertThrows(FormatException.class, () -> TableSchema.of(json)).getMessage();
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| expected a table, got no line",
                "1;2| line 1: expected at least two cells, an input and the target, got one: 1; TableOptions.withSeparator names what stands",
                "x,y| expected rows below the names in line 1, got none",
                "x,y;1,a;2| line 3: expected 2 cells as in line 1, got 1",
                "x,y;1,a;2,a| column y: expected at least two classes, got only a",
                "x,y;1,a;2,b;3,| line 4, column y: expected one of a, b, got nothing",
                "x,x;1,a;2,b| line 1: expected names that differ, got x twice",
                "x,y;1,a;2,b;3,a;4,b;1e999,a;6,b| line 6, column x: expected a number as in 5 other cells, got 1e999",
                "x,y;1.5,a;2,b;x3,a;4,b| line 4, column x: expected a number as in 3 other cells, got x3",
            })
    void badTablesAreRefused(String lines, String expected) {
        String text = lines.equals("1;2") ? "1\n2\n" : lines.replace(';', '\n');
        String message = assertThrows(DataException.class, () -> read(text)).getMessage();
        assertTrue(message.startsWith(folder.resolve("table.csv").toString()), message);
        assertTrue(message.contains(expected), message);
        assertFalse(message.contains("\n"), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,green,rose| line 1, column colour: expected one of blue, red, or nothing, got green",
                "a,red,rose| line 1, column length: expected a number, got a",
                "1,red,oak| line 1, column kind: expected one of lily, white, rose, tulip, got oak",
                "1,red,| column kind: expected one of lily, white, rose, tulip, got nothing",
                "1,red| line 1: expected 3 cells, the target kind among them, got 2",
                "length,kind;1,rose| line 1: expected a column colour, got length, kind",
                "length,colour,kind| expected at least one row, got none",
            })
    void tablesUnlikeTheSchemaAreRefused(String lines, String expected) {
        TableSchema schema = read(FLOWERS).schema();
        Path path = file(lines.replace(';', '\n'));
        String message = assertThrows(DataException.class, () -> Table.read(path, schema, 0))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @CsvSource({"4", "-1", "nothing", "99999999999"})
    void targetsMustBeThere(String target) {
        Path path = file("x,y\n1,a\n2,b\n");
        String message = assertThrows(
                        DataException.class, () -> Table.read(path, TableOptions.DEFAULT.withTarget(target)))
                .getMessage();
        assertTrue(
                message.contains("target: expected one of the columns x, y, 0 to 1 or last, got " + target), message);
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        Path path = folder.resolve("broken.csv.gz");
        Files.write(path, new byte[] {0x1F, (byte) 0x8B, 8, 0, 0});
        String message = assertThrows(DataException.class, () -> Table.read(path, TableOptions.DEFAULT))
                .getMessage();
        assertTrue(message.contains("expected a whole gzip file"), message);
        String none = assertThrows(
                        DataException.class, () -> Table.read(folder.resolve("none.csv"), TableOptions.DEFAULT))
                .getMessage();
        assertTrue(none.endsWith("none.csv: expected a readable file, got no such file"), none);
    }
}
