package schuss.report;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints cells as a table of text, with aligned columns. */
public final class TextTable {
    private static final String GAP = "  ";

    private TextTable() {}

    /**
     * {@return one line per row; each column is as wide as its widest cell}
     *
     * @param rows the cells; the first row is the head
     * @param right the columns that are aligned to the right, for numbers
     */
    public static String of(List<List<String>> rows, Integer... right) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        Set<Integer> toTheRight = Set.of(right);
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String format = "%" + (toTheRight.contains(i) ? "" : "-") + widths[i] + "s";
                line.append(i == 0 ? "" : GAP).append(String.format(Locale.ROOT, format, row.get(i)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** A whole number with thousands separators, or a dash for 0. */
    static String number(long value) {
        return value == 0 ? "-" : String.format(Locale.ROOT, "%,d", value);
    }
}
