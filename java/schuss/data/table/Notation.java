package schuss.data.table;

import java.util.Objects;

/**
 * How the numbers of a column are written, as found when the table was first read. Other files read with the same schema
 * must write the column in the same way, because {@code 1,234} can mean different numbers.
 *
 * @param style digits, or a kind of date
 * @param decimal the decimal mark, {@code .} or {@code ,}
 * @param grouping the mark between groups of digits, as in {@code 12,345,678}; empty for none
 * @param before the currency before each number, or empty
 * @param after the unit after each number, or empty
 */
public record Notation(Style style, String decimal, String grouping, String before, String after) {
    /** How a number is written: in digits, or as a date that stands for a number. */
    public enum Style {
        /** Digits, such as {@code -12.375}. */
        NUMBER,
        /** Dates such as {@code 2024-12-31}, {@code 2024-12-31 23:59:59} or {@code 2024-12}. */
        ISO_DATE,
        /** Dates such as {@code 31.12.2024} or {@code 31/12/2024}. */
        DAY_FIRST,
        /** Dates such as {@code 12/31/2024}. */
        MONTH_FIRST,
        /** Times such as {@code 23:59}. */
        CLOCK
    }

    /** Digits with a decimal point, such as {@code -12.375} and {@code 1e5}. */
    static final Notation PLAIN = new Notation(Style.NUMBER, ".", "", "", "");

    /**
     * Creates a notation.
     *
     * @param style digits, or a kind of date
     * @param decimal the decimal mark, {@code .} or {@code ,}
     * @param grouping the mark between groups of digits, as in {@code 12,345,678}
     * @param before the currency before each number, or empty
     * @param after the unit after each number, or empty
     * @throws IllegalArgumentException if the decimal mark is neither a point nor a comma
     * @throws NullPointerException if another component is null
     */
    public Notation {
        Objects.requireNonNull(style, "style");
        Objects.requireNonNull(grouping, "grouping");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        if (!".".equals(decimal) && !",".equals(decimal)) {
            throw new IllegalArgumentException("notation: expected . or , in front of fractions, got " + decimal);
        }
    }

    static Notation of(Style date) {
        return new Notation(date, ".", "", "", "");
    }

    boolean isDate() {
        return style != Style.NUMBER;
    }

    /** The number in a cleaned cell, or NaN if it is not a number in this notation. A date is a number of days. */
    double number(String cell) {
        if (isDate()) {
            return DateText.days(cell, style);
        }
        if (decimal.equals(".") && before.isEmpty() && after.isEmpty()) {
            double plain = Cell.plainNumber(cell);
            if (!Double.isNaN(plain)) {
                return plain;
            }
        }
        NumberText text = NumberText.of(cell);
        return text != null && text.before().equals(before) && text.after().equals(after)
                ? text.value(decimal.charAt(0), grouping)
                : Double.NaN;
    }

    /** What messages call such a number. */
    String description() {
        return switch (style) {
            case NUMBER ->
                (decimal.equals(",") ? "a number with a decimal comma" : "a number")
                        + (before.isEmpty() && after.isEmpty() ? "" : " in " + before + after);
            case ISO_DATE -> "a date like 2024-12-31";
            case DAY_FIRST -> "a date like 31.12.2024";
            case MONTH_FIRST -> "a date like 12/31/2024";
            case CLOCK -> "a time like 23:59";
        };
    }
}
