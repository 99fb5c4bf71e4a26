package schuss.data.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import schuss.data.DataException;
import schuss.data.ExampleReader;

/** What stands between cells, what the first line is, which columns and rows count, and how numbers are scaled. */
class TableShapeTest {
    @TempDir
    Path folder;

    private Path file(String text) {
        return WrittenTable.in(folder, text);
    }

    private Table read(String text) {
        return Table.read(file(text), TableOptions.DEFAULT);
    }

    private String refusal(String text, TableOptions options) {
        Path path = file(text);
        return assertThrows(DataException.class, () -> Table.read(path, options))
                .getMessage();
    }

    private static String rows(String separator, String decimal) {
        StringBuilder text = new StringBuilder("length" + separator + "width" + separator + "kind\n");
        for (int i = 0; i < 40; i++) {
            text.append(4 + i % 3).append(decimal).append(i % 10).append(separator);
            text.append(i % 7).append(separator).append("abc".charAt(i % 3)).append('\n');
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t", "|", " ", "   ", " \t"})
    void theSeparatorIsFound(String separator) {
        TableSchema schema = read(rows(separator, ".")).schema();
        assertEquals(List.of("length", "width"), schema.inputNames());
        assertEquals(List.of("a", "b", "c"), schema.classNames());
        assertEquals(separator.isBlank() ? separator.substring(separator.length() - 1) : separator, schema.separator());
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "\t", "|", " "})
    void decimalCommasBesideAnotherSeparator(String separator) {
        String headless = rows(separator, ",").replaceFirst(".*\n", "").replace(separator + "0", separator + "0,0");
        for (int i = 1; i < 7; i++) {
            headless = headless.replace(separator + i + separator, separator + i + ",5" + separator);
        }
        String text = headless;
        String message = refusal(text, TableOptions.DEFAULT);
        assertTrue(message.contains("TableOptions.withSeparator("), message);
        assertTrue(message.contains("decimal commas"), message);
        Table table = Table.read(file(text), TableOptions.DEFAULT.withSeparator(separator.charAt(0)));
        assertEquals(4.0, table.schema().columns().get(0).means().get(0), 1.5);
        assertEquals(2, table.schema().inputNames().size());
        // with whole numbers too the commas cannot be separators
        assertEquals(";", read(rows(";", ",").replace(",0;", ";")).schema().separator());
    }

    @Test
    void commasInTextsAndBlanksInCells() {
        assertEquals(",", read("x,y\n1 kg,a b\n2 kg,c d\n3 kg,a b\n").schema().separator());
        assertEquals(
                ",",
                Table.read(
                                file("t,y\n2024-01-01 10:00,a\n2024-01-02 11:00,b\n"),
                                TableOptions.DEFAULT.withDates(TableOptions.Dates.NUMBER))
                        .schema()
                        .separator());
        assertEquals(
                List.of("Smith, J", "Wood, P"),
                read("name;y\nSmith, J;1.5\nWood, P;2.5\nSmith, J;3.5\n")
                        .schema()
                        .columns()
                        .get(0)
                        .categories());
        assertEquals(
                "x",
                read("x y\n\"a b\" 1.5\n  c   2.5\n\"a b\" 3.5  \n")
                        .schema()
                        .columns()
                        .get(0)
                        .name());
        String broken = refusal("x;y\n1;a\n2;b\n3;a;c\n4;b\n5;a\n6;b\n7;a\n8;b\n9;a\n", TableOptions.DEFAULT);
        assertTrue(broken.endsWith("line 4: expected 2 cells as in line 1, got 3"), broken);
    }

    private static String years(String header, boolean text) {
        Random random = new Random(1);
        StringBuilder rows = new StringBuilder(header).append('\n');
        for (int i = 0; i < 200; i++) {
            rows.append(String.format(Locale.ROOT, "%.2f,%.2f,", random.nextDouble(), random.nextDouble()));
            rows.append(text ? (i % 2 == 0 ? "a" : "b") : String.format(Locale.ROOT, "%.2f", i / 7.0))
                    .append('\n');
        }
        return rows.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2019,2020,kind", ",0,kind", "1,2,3"})
    void namesThatAreNumbers(String header) {
        String text = years(header, header.endsWith("kind"));
        String message = refusal(text, TableOptions.DEFAULT);
        assertTrue(message.contains("line 1: expected names or a row, got what may be either: " + header), message);
        assertTrue(message.contains("TableOptions.withHeader(YES)"), message);
        Table table = Table.read(file(text), TableOptions.DEFAULT.withHeader(TableOptions.Header.YES));
        assertEquals(200, table.size());
        String[] names = header.split(",");
        assertEquals(names[1], table.schema().columns().get(1).name());
        // and whoever predicts with these names is understood
        Path later = file(names[1] + "," + names[2] + "," + names[0] + "\n0.25,9,0.75\n");
        if (!names[0].isEmpty()) {
            List<Double> firsts = new ArrayList<>();
            Table.readInputs(later, table.schema(), 0, 1, part -> {
                ExampleReader reader = new ExampleReader(part.dataset());
                reader.read(0);
                TableColumn first = part.schema().columns().get(0);
                firsts.add(reader.inputs()[0] * first.deviations().get(0)
                        + first.means().get(0));
            });
            assertEquals(0.75, firsts.get(0), 1e-6);
        }
    }

    @Test
    void aRowIsNoLineOfNames() {
        TableSchema schema = read("x,y,kind\n1.5,2.5,a\n3.5,4.5,b\n5.5,6.5,a\n").schema();
        for (String first : List.of("1.5,odd", "odd,2.5", "x,1", "1.5,2.5x")) {
            Path path = file(first + "\n1,2\n");
            String message = assertThrows(DataException.class, () -> Table.readInputs(path, schema, 0, 10, part -> {}))
                    .getMessage();
            assertTrue(message.contains("line 1, column ") && message.contains("expected a number, got "), message);
        }
        Path twice = file("x,y,x\n1,2,3\n");
        String message = assertThrows(DataException.class, () -> Table.readInputs(twice, schema, 0, 10, part -> {}))
                .getMessage();
        assertTrue(message.endsWith("line 1: expected names that differ, got x twice"), message);
    }

    @Test
    void columnsMayBeIgnored() {
        StringBuilder text = new StringBuilder("id,x,kind\n");
        for (int i = 0; i < 40; i++) {
            text.append("P00").append(i).append(',').append(i / 2.0).append(i % 2 == 0 ? ",a\n" : ",b\n");
        }
        Table table = Table.read(file(text.toString()), TableOptions.DEFAULT.withIgnored("id"));
        assertEquals(List.of("x"), table.schema().inputNames());
        TableSchema schema = TableSchema.of(table.schema().toJson());
        assertEquals(1, Table.read(file("x,kind\n1.5,a\n"), schema, 0).size(), "by name they may be missing");
        assertEquals(1, Table.read(file("Q9,1.5,a\n"), schema, 0).size(), "by place they may hold anything");
        assertTrue(refusal("x,y\n1,a\n2,b\n", TableOptions.DEFAULT.withIgnored("y"))
                .contains("than the target, got y"));
        assertTrue(refusal("x,y\n1,a\n2,b\n", TableOptions.DEFAULT.withIgnored("x"))
                .contains("one column left"));
        assertTrue(refusal("x,y\n1,a\n2,b\n", TableOptions.DEFAULT.withIgnored("z"))
                .contains("ignore: expected one of"));
    }

    @Test
    void rowsWithoutATargetMayBeLeftOut() {
        String text = "x,y\n1,a\n2,\n3,b\n4,NA\n5,a\n6,b\n";
        String message = refusal(text, TableOptions.DEFAULT);
        assertTrue(message.contains("line 3, column y") && message.contains("withMissingTargets(SKIP)"), message);
        TableOptions skip = TableOptions.DEFAULT.withMissingTargets(TableOptions.MissingTargets.SKIP);
        Table table = Table.read(file(text), skip);
        assertEquals(4, table.size());
        assertEquals(3.75, table.schema().columns().get(0).means().get(0), 1e-12, "of the rows that are left");
        assertEquals(
                2, Table.read(file("x,y\n1,\n2,a\n3,b\n"), table.schema(), 0).size());
        assertEquals(
                3, Table.read(file("x,y\n1,0.5\n2,-\n3,1.5\n4,2.5\n"), skip).size(), "a dash is no number");
    }

    @Test
    void unknownCategoriesGoByARule() {
        TableSchema schema = read("c,y\nred,a\nblue,b\nblue,a\nblue,b\n").schema();
        Path path = file("c,y\ngreen,a\n");
        String message = assertThrows(DataException.class, () -> Table.read(path, schema, 0))
                .getMessage();
        assertTrue(message.contains("got green; TableOptions.withUnknown(IGNORE)"), message);
        assertArrayEquals(
                new float[] {0, 0}, inputs(Table.read(path, schema.withUnknown(TableSchema.Unknown.IGNORE), 0)));
        double deviation = Math.sqrt(0.25 * 0.75);
        assertArrayEquals(
                new float[] {(float) (-0.75 / deviation), (float) (-0.25 / deviation)},
                inputs(Table.read(path, schema.withUnknown(TableSchema.Unknown.OTHER), 0)),
                1e-6f);
    }

    private static float[] inputs(Table table) {
        ExampleReader reader = new ExampleReader(table.dataset());
        reader.read(0);
        return reader.inputs();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1700000000000,100", "20240101,1", "432000,0.00005", "-1e15,0.125", "1e300,1e290"})
    void numbersFarFromZeroStayApart(String pair) {
        double offset = Double.parseDouble(pair.split(",")[0]);
        double step = Double.parseDouble(pair.split(",")[1]);
        StringBuilder text = new StringBuilder("x,y\n");
        for (int i = 0; i < 400; i++) {
            text.append(offset + i * step).append(i < 200 ? ",early\n" : ",late\n");
        }
        Table table = read(text.toString());
        assertEquals(List.of(), table.warnings());
        ExampleReader reader = new ExampleReader(table.dataset());
        double squares = 0;
        float before = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < 400; i++) {
            reader.read(i);
            float x = reader.inputs()[0];
            assertTrue(x > before, pair + ", row " + i);
            before = x;
            squares += x * x / 400.0;
        }
        assertEquals(1, squares, 1e-3);
    }

    @Test
    void numbersThatMergeAreTold() {
        StringBuilder text = new StringBuilder("x,y\n0,a\n");
        for (int i = 0; i < 399; i++) {
            text.append(1_700_000_000_000L + i).append(i < 200 ? ",a\n" : ",b\n");
        }
        List<String> warnings = read(text.toString()).warnings();
        assertEquals(1, warnings.size());
        assertTrue(
                warnings.get(0).contains("column x: 400 different numbers become ")
                        && !warnings.get(0).contains("\n"),
                warnings.get(0));
    }

    @Test
    void targetsKeepTheirDigits() {
        StringBuilder text = new StringBuilder("x,y\n");
        for (int i = 0; i < 100; i++) {
            text.append(i)
                    .append(',')
                    .append(String.format(Locale.ROOT, "%.2f", 1e9 + i * 0.37))
                    .append('\n');
        }
        Table table = read(text.toString());
        for (int i = 0; i < 100; i++) {
            assertEquals(Double.parseDouble(String.format(Locale.ROOT, "%.2f", 1e9 + i * 0.37)), table.target(i));
            ExampleReader reader = new ExampleReader(table.dataset());
            reader.read(i);
            assertEquals(table.target(i), table.schema().prediction(reader.targets()[0]), 2e-6);
        }
        assertEquals("1000000018.315", table.schema().predictionText(0));
    }
}
