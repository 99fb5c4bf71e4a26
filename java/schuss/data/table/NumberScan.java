package schuss.data.table;

import java.util.HashMap;
import java.util.Map;

/** What is known about a column's numbers with one unit: which interpretations of their marks fit all of them. */
final class NumberScan {
    private final String before;
    private final String after;
    private final Map<Character, ColumnScan.Place> without =
            new HashMap<>(); // the first cell that a decimal mark does not fit
    private long count;
    private int ways = NumberText.ALL;
    private boolean whole = true;
    private int fractionDigits;
    private ColumnScan.Place first;
    private ColumnScan.Place point; // the first cell with this mark
    private ColumnScan.Place comma;

    NumberScan(String before, String after) {
        this.before = before;
        this.after = after;
    }

    String before() {
        return before;
    }

    String after() {
        return after;
    }

    long count() {
        return count;
    }

    boolean isWhole() {
        return whole;
    }

    int fractionDigits() {
        return fractionDigits;
    }

    ColumnScan.Place first() {
        return first;
    }

    /** Adds a number such as {@code -12.375}. */
    void addPlain(long line, String cell, double value) {
        int mark = cell.indexOf('.');
        if (mark < 0) {
            count(line, cell, true, 0);
            return;
        }
        if (point == null) {
            point = new ColumnScan.Place(line, cell);
        }
        allow(line, cell, NumberText.waysOfPlain(cell));
        count(line, cell, value == Math.rint(value), cell.length() - mark - 1);
    }

    /** Adds a number; returns false, and adds nothing, if no interpretation of its marks makes it one. */
    boolean add(long line, String cell, NumberText number) {
        int allowed = number.ways();
        double value = allowed == 0
                ? Double.NaN
                : number.value(
                        NumberText.decimal(Integer.numberOfTrailingZeros(allowed)),
                        NumberText.grouping(Integer.numberOfTrailingZeros(allowed)));
        if (Double.isNaN(value)) {
            return false;
        }
        if (point == null && number.body().indexOf('.') >= 0) {
            point = new ColumnScan.Place(line, cell);
        }
        if (comma == null && number.body().indexOf(',') >= 0) {
            comma = new ColumnScan.Place(line, cell);
        }
        allow(line, cell, allowed);
        count(line, cell, value == Math.rint(value), number.fractionDigits());
        return true;
    }

    private void allow(long line, String cell, int allowed) {
        ways &= allowed;
        for (char mark : new char[] {'.', ','}) {
            if ((ways & NumberText.waysWith(mark)) == 0 && !without.containsKey(mark)) {
                without.put(mark, new ColumnScan.Place(line, cell));
            }
        }
    }

    private void count(long line, String cell, boolean isWhole, int digits) {
        if (count++ == 0) {
            first = new ColumnScan.Place(line, cell);
        }
        whole &= isWhole;
        fractionDigits = Math.max(fractionDigits, digits);
    }

    /** The decimal mark if only one fits all numbers and some of them have it, or 0. */
    char decimal() {
        boolean points = (ways & NumberText.waysWith('.')) != 0;
        boolean commas = (ways & NumberText.waysWith(',')) != 0;
        if (points == commas || (point == null && comma == null)) {
            return 0;
        }
        return points ? '.' : ',';
    }

    /** How the numbers are written. */
    Notation notation(ColumnRules rules) {
        char mark = rules.decimal() != 0 ? rules.decimal() : chosen(rules);
        int fit = ways & NumberText.waysWith(mark);
        if (fit == 0) {
            throw rules.refused(
                    without.get(mark),
                    "numbers that are written alike"
                            + (rules.decimal() != 0 ? ", with TableOptions.withDecimal('" + mark + "')" : "")
                            + ", got ",
                    rules.decimal() != 0
                            ? ""
                            : " behind such as " + Cell.shown(first.text()) + " in line " + first.line());
        }
        int way = Integer.numberOfTrailingZeros(fit);
        return new Notation(Notation.Style.NUMBER, String.valueOf(mark), NumberText.grouping(way), before, after);
    }

    private char chosen(ColumnRules rules) {
        if (decimal() != 0 || comma == null) {
            return decimal() != 0 ? decimal() : rules.elsewhere() == ',' ? ',' : '.';
        }
        if (ways == 0 || rules.elsewhere() != 0) {
            return rules.elsewhere() != 0 ? rules.elsewhere() : '.';
        }
        throw rules.refused(
                comma,
                "a number whose mark can be told, got ",
                ", which may have a fraction or thousands; TableOptions.withDecimal(',') or TableOptions.withDecimal('.') says which");
    }
}
