package schuss.data.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import schuss.data.DataException;

/** Numbers and dates as people and programs write them: read where there is one way to, refused by name else. */
class TableNotationTest {
    private static final int ROWS = 120;

    @TempDir
    Path folder;

    private Path file(String text) {
        return WrittenTable.in(folder, text);
    }

    private Path column(IntFunction<String> cell) {
        StringBuilder text = new StringBuilder("x,k,y\n");
        for (int i = 0; i < ROWS; i++) {
            text.append('"').append(cell.apply(i).replace("\"", "\"\"")).append("\",");
            text.append(i % 5).append(i % 2 == 0 ? ",a\n" : ",b\n");
        }
        return file(text.toString());
    }

    /** The mean and deviation that the column of such cells has. */
    private void assertNumbers(IntFunction<String> cell, IntFunction<Double> number) {
        TableColumn column = Table.read(column(cell), TableOptions.DEFAULT)
                .schema()
                .columns()
                .get(0);
        assertEquals(TableColumn.Kind.NUMERIC, column.kind(), cell.apply(7));
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < ROWS; i++) {
            mean += number.apply(i) / ROWS;
        }
        for (int i = 0; i < ROWS; i++) {
            squares += Math.pow(number.apply(i) - mean, 2) / ROWS;
        }
        assertEquals(mean, column.means().get(0), 1e-9 * Math.abs(mean) + 1e-12, cell.apply(7));
        assertEquals(Math.sqrt(squares), column.deviations().get(0), 1e-9 * Math.sqrt(squares), cell.apply(7));
    }

    private String refusal(Path path, TableOptions options) {
        return assertThrows(DataException.class, () -> Table.read(path, options))
                .getMessage();
    }

    private static int whole(int i) {
        return 1000 + 7919 * i % 98_989;
    }

    private static double fraction(int i) {
        return (i * 37 % 10_000 - 5000) / 100.0;
    }

    private static String grouped(int i, char mark) {
        return String.format(Locale.ROOT, "%,d", whole(i)).replace(',', mark);
    }

    private static String other(int i, int zero) {
        StringBuilder text = new StringBuilder();
        Integer.toString(whole(i)).chars().forEach(c -> text.appendCodePoint(zero + c - '0'));
        return text.toString();
    }

    private static String plain(double x) {
        return String.format(Locale.ROOT, "%.2f", x);
    }

    @Test
    void marksBetweenGroups() {
        assertNumbers(i -> grouped(i, ',') + ".25", i -> whole(i) + 0.25);
        assertNumbers(i -> grouped(i, '.') + ",25", i -> whole(i) + 0.25);
        assertNumbers(i -> String.format(Locale.ROOT, "%,d", whole(i) * 1000L), i -> whole(i) * 1000.0);
        assertNumbers(i -> grouped(i, '.') + ".000", i -> whole(i) * 1000.0);
        assertNumbers(i -> grouped(i, ' '), i -> (double) whole(i));
        assertNumbers(i -> grouped(i, '\u202f'), i -> (double) whole(i));
        assertNumbers(i -> grouped(i, '\u00a0') + ",5", i -> whole(i) + 0.5);
        assertNumbers(i -> grouped(i, '\''), i -> (double) whole(i));
        assertNumbers(i -> grouped(i, '\u2019') + ".5", i -> whole(i) + 0.5);
        assertNumbers(i -> grouped(i, '_'), i -> (double) whole(i));
        assertNumbers(
                i -> (1 + i % 99) + "," + (10 + i % 90) + "," + (100 + i % 900),
                i -> (1 + i % 99) * 100_000.0 + (10 + i % 90) * 1000 + 100 + i % 900);
    }

    @Test
    void unitsAndSigns() {
        assertNumbers(i -> "$" + whole(i), i -> (double) whole(i));
        assertNumbers(i -> "-$" + whole(i), i -> -(double) whole(i));
        assertNumbers(i -> "US$ " + grouped(i, ',') + ".5", i -> whole(i) + 0.5);
        assertNumbers(i -> "EUR " + whole(i), i -> (double) whole(i));
        assertNumbers(i -> whole(i) + " \u20ac", i -> (double) whole(i));
        assertNumbers(i -> plain(fraction(i)) + "%", i -> fraction(i));
        assertNumbers(i -> "(" + whole(i) + ")", i -> -(double) whole(i));
        assertNumbers(
                i -> i % 2 == 0 ? "($" + whole(i) + ")" : "$" + whole(i), i -> (i % 2 == 0 ? -1.0 : 1.0) * whole(i));
        assertNumbers(i -> whole(i) + "-", i -> -(double) whole(i));
        assertNumbers(i -> "\u2212" + whole(i), i -> -(double) whole(i));
        assertNumbers(i -> whole(i) + " kg", i -> (double) whole(i));
        assertNumbers(i -> whole(i) + "k", i -> (double) whole(i));
        assertNumbers(i -> whole(i) + "L", i -> (double) whole(i));
        assertNumbers(i -> plain(fraction(i)) + "f", i -> fraction(i));
        assertNumbers(i -> plain(fraction(i)) + " \u00b0C", i -> fraction(i));
        assertNumbers(i -> whole(i) + " km/h", i -> (double) whole(i));
    }

    @Test
    void otherDigitsAndWhatDoesNotShow() {
        assertNumbers(i -> other(i, 0x660), i -> (double) whole(i));
        assertNumbers(i -> other(i, 0x966), i -> (double) whole(i));
        assertNumbers(i -> other(i, 0xff10), i -> (double) whole(i));
        assertNumbers(i -> other(i, 0x660) + "\u066b" + "\u0665", i -> whole(i) + 0.5);
        assertNumbers(i -> "\u00a0" + plain(fraction(i)) + "\u00a0", i -> fraction(i));
        assertNumbers(i -> plain(fraction(i)) + "\u200b", i -> fraction(i));
        assertNumbers(i -> "\ufeff" + plain(fraction(i)), i -> fraction(i));
        assertNumbers(i -> "\u200e" + plain(fraction(i)) + "\u200f", i -> fraction(i));
        assertNumbers(i -> "=\"" + whole(i) + "\"", i -> (double) whole(i));
        assertNumbers(i -> " \"" + plain(fraction(i)) + "\"", i -> fraction(i));
        assertNumbers(i -> "'" + plain(fraction(i)), i -> fraction(i));
    }

    @Test
    void otherForms() {
        assertNumbers(i -> "0x" + Integer.toHexString(whole(i)), i -> (double) whole(i));
        assertNumbers(
                i -> String.format(Locale.ROOT, "%.3e", (double) whole(i)).replace('e', 'D'),
                i -> Double.parseDouble(String.format(Locale.ROOT, "%.3e", (double) whole(i))));
        assertNumbers(i -> (i + 1) + "e39", i -> (i + 1) * 1e39);
        assertNumbers(
                i -> i % 9 == 0 ? "0,125" : plain(fraction(i)).replace('.', ','),
                i -> i % 9 == 0 ? 0.125 : fraction(i));
        Path dashes = column(i -> i % 9 == 0 ? "-" : plain(fraction(i)).replace('.', ','));
        Table table = Table.read(dashes, TableOptions.DEFAULT);
        assertEquals(TableColumn.Kind.NUMERIC, table.schema().columns().get(0).kind());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "%d,234; may have a fraction or thousands; TableOptions.withDecimal(",
                "%de400; 120 rows, such as 1e400;withCategorical(\"x\")",
                "P%03d; 120 rows, such as P001;withIgnored(\"x\")",
                "1.2.%d; such as 1.2.1;withCategorical(\"x\")",
                "%d/7; such as 1/7;withCategorical(\"x\")",
                "10.0.0.%d; such as 10.0.0.1;withCategorical(\"x\")",
                "2024-01-%d; got a date, 2024-01-1;withDates(NUMBER)",
            })
    void whatCannotBeToldIsRefused(String format, String expected, String help) {
        Path path = column(i -> String.format(Locale.ROOT, format, format.startsWith("2024") ? 1 + i % 28 : i + 1));
        String message = refusal(path, TableOptions.DEFAULT);
        assertTrue(message.startsWith(path + ", line 2, column x: "), message);
        assertTrue(message.contains(expected), message);
        assertTrue(message.contains(help), message);
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void theDecimalMarkMayBeSaidOrShowElsewhere() {
        Path alone = column(i -> (i + 1) + ",234");
        assertEquals(
                60.5 + 0.234,
                Table.read(alone, TableOptions.DEFAULT.withDecimal(','))
                        .schema()
                        .columns()
                        .get(0)
                        .means()
                        .get(0),
                1e-9);
        assertEquals(
                60_734,
                Table.read(alone, TableOptions.DEFAULT.withDecimal('.'))
                        .schema()
                        .columns()
                        .get(0)
                        .means()
                        .get(0),
                1e-6);
        StringBuilder text = new StringBuilder("a;b;c;y\n");
        for (int i = 0; i < 30; i++) {
            text.append(i)
                    .append(",5;")
                    .append(i + 1)
                    .append(",234;")
                    .append(i + 1)
                    .append(".000");
            text.append(i % 2 == 0 ? ";p\n" : ";q\n");
        }
        List<TableColumn> columns = Table.read(file(text.toString()), TableOptions.DEFAULT.withSeparator(';'))
                .schema()
                .columns();
        assertEquals(15, columns.get(0).means().get(0), 1e-9);
        assertEquals(15.5 + 0.234, columns.get(1).means().get(0), 1e-9, "as the first column shows");
        assertEquals(15_500, columns.get(2).means().get(0), 1e-6, "so points are between thousands");
        String mixed = refusal(column(i -> i == 50 ? "1,5" : i + ".5"), TableOptions.DEFAULT);
        assertTrue(
                mixed.endsWith(
                        "line 52, column x: expected numbers that are written alike, got 1,5 behind such as 0.5 in"
                                + " line 2"),
                mixed);
    }

    @Test
    void oneOtherUnitIsAMistake() {
        String message = refusal(column(i -> i == 30 ? "12 g" : whole(i) + " kg"), TableOptions.DEFAULT);
        assertTrue(message.endsWith("line 32, column x: expected a number as in 119 other cells, got 12 g"), message);
    }

    /** Later files must be written as the one that was trained on. */
    @Test
    void aNotationTravelsWithTheSchema() {
        TableSchema schema = TableSchema.of(Table.read(column(i -> i + ",5 kg"), TableOptions.DEFAULT)
                .schema()
                .toJson());
        Table later = Table.read(file("x,k,y\n\"1,5 kg\",1,a\n-,2,b\n"), schema, 0);
        assertEquals(2, later.size());
        for (String cell : List.of("1.5 kg", "\"1,5\"", "\"1,5 g\"", "x")) {
            Path path = file("x,k,y\n" + cell + ",1,a\n");
            String message = assertThrows(DataException.class, () -> Table.read(path, schema, 0))
                    .getMessage();
            assertTrue(
                    message.endsWith("line 2, column x: expected a number with a decimal comma in kg, got "
                            + cell.replace("\"", "")),
                    message);
        }
    }

    private TableColumn dates(IntFunction<String> cell, TableOptions.Dates dates) {
        return Table.read(column(cell), TableOptions.DEFAULT.withDates(dates))
                .schema()
                .columns()
                .get(0);
    }

    @Test
    void datesAreNumbersOrParts() {
        double first = LocalDate.of(2024, 1, 1).toEpochDay();
        double mean = first + (ROWS - 1) / 2.0;
        for (String pattern :
                List.of("%tY-%<tm-%<td", "%tY/%<tm/%<td", "%td.%<tm.%<tY", "%td/%<tm/%<tY", "%tm/%<td/%<tY")) {
            TableColumn column =
                    dates(i -> String.format(pattern, LocalDate.of(2024, 1, 1).plusDays(i)), TableOptions.Dates.NUMBER);
            assertEquals(mean, column.means().get(0), 1e-6, pattern);
        }
        assertEquals(
                first + 0.5,
                dates(i -> i % 2 == 0 ? "2024-01-01T06:00:00Z" : "2024-01-01 20:00+02:00", TableOptions.Dates.NUMBER)
                        .means()
                        .get(0),
                1e-9);
        assertEquals(
                11.5,
                dates(i -> i % 24 + ":00", TableOptions.Dates.NUMBER).means().get(0),
                1e-9);
        TableColumn parts = dates(i -> i % 2 == 0 ? "2024-03-04 12:00" : "2024-03-05 12:00", TableOptions.Dates.PARTS);
        assertEquals(List.of(2024.0, 3.0, 4.5, 1.5, 12.0), parts.means(), "a Monday and a Tuesday");
        assertEquals(List.of("x.year", "x.month", "x.day", "x.weekday", "x.hour"), parts.inputNames());
    }

    @Test
    void datesNobodyCanTellAreRefused() {
        String message = refusal(
                column(i -> String.format("%02d/%02d/2024", 1 + i % 12, 1 + i % 11)),
                TableOptions.DEFAULT.withDates(TableOptions.Dates.NUMBER));
        assertTrue(
                message.contains("line 2, column x: expected dates that tell their days from their months"), message);
        Path kinds = column(i -> i % 2 == 0 ? "2024-01-01" : "2024-01-02");
        assertEquals(
                TableColumn.Kind.CATEGORICAL,
                Table.read(kinds, TableOptions.DEFAULT.withCategorical("x"))
                        .schema()
                        .columns()
                        .get(0)
                        .kind());
    }

    @Test
    void codesStayCategories() {
        for (String[] codes : new String[][] {{"A1", "A2"}, {"1", "3+"}, {"1-2", "3-4"}, {"Q1", "Q2"}, {"yes", "no"}}) {
            TableColumn column = Table.read(column(i -> codes[i % 2]), TableOptions.DEFAULT)
                    .schema()
                    .columns()
                    .get(0);
            assertEquals(List.of(codes).stream().sorted().toList(), column.categories());
        }
    }
}
